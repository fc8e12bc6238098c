// window.otklik, the one name in the page that is ours: otklik.push(["open", { agency, topic, address, q }]), ["close"].
import { whenParsed } from "./place.js";

/** @typedef {import("./element.js").OtklikElement} OtklikElement */

/** Do what was queued before the script was there. Another's `window.otklik` stays as it is. */
export function takeCommands() {
  const page = /** @type {{ otklik?: unknown }} */ (window);
  const queued = page.otklik || [];
  if (!Array.isArray(queued)) return;
  const push = (/** @type {unknown} */ command) => whenParsed(() => run(command));
  page.otklik = { push };
  queued.forEach(push);
}

/** @param {any} command */
function run([name, wanted]) {
  for (const widget of document.querySelectorAll("otklik-widget")) /** @type {OtklikElement} */ (widget).close();
  if (name === "open") openForm(wanted);
}

/** The widget of all commands; nobody sees it until it is opened. @type {OtklikElement | undefined} */
let unseen;

/** @param {Record<string, string>} wanted */
export function openForm(wanted) {
  unseen = unseen || /** @type {OtklikElement} */ (document.createElement("otklik-widget"));
  const values = { mode: "none", topic: "", address: "", q: "", ...wanted };
  for (const [name, value] of Object.entries(values)) unseen.setAttribute(name, value);
  document.body.append(unseen);
  unseen.open();
}
