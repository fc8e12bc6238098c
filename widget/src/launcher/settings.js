// What a widget is told by its attributes, and the addresses that follow from it.

/** The attributes of a widget; on the script they begin with `data-`. `host` is the gateway's origin. */
export const SETTINGS = ["agency", "mode", "text", "accent", "corner", "scheme", "topic", "address", "q", "lang", "host"];

/**
 * The language that is spoken around an element if it is one of ours, else Russian.
 * @param {Element} element
 */
export function languageOf(element) {
  const around = /** @type {HTMLElement} */ (element.closest("[lang]") || document.documentElement);
  return /^en/i.test(around.lang) ? "en" : "ru";
}

/**
 * An address with more in its query; what is empty is left out.
 * @param {string} address
 * @param {Record<string, string>} asked
 */
export function withQuery(address, asked) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(asked)) if (value) url.searchParams.set(name, value);
  return url.href;
}
