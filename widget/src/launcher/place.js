// Where the launcher's own <script> stands, and the widget that its data attributes ask for.

/** The tag that is running. As a module it does not know itself, so it is looked for by its address. */
export function scriptItself() {
  const found = document.currentScript || document.querySelector("script[src*='/widget']");
  return /** @type {HTMLScriptElement | null} */ (found);
}

/**
 * Put a widget after the script if it names an agency, at the end of the page if the script is in its head. What
 * is kept of a page and run again later has its widget already, so the script gives its agency away.
 * @param {HTMLScriptElement | null} script
 */
export function placeAfter(script) {
  if (!script || !script.dataset.agency) return;
  const widget = document.createElement("otklik-widget");
  for (const [name, value] of Object.entries({ host: script.src, ...script.dataset })) widget.setAttribute(name, value || "");
  delete script.dataset.agency;
  if (script.closest("head")) whenParsed(() => document.body.append(widget));
  else script.after(widget);
}

/** @param {() => void} go */
export function whenParsed(go) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", go);
  else go();
}
