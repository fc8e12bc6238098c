// What the page tells its scripts: words in its language, limits, addresses. The gateway writes it (web/visit.py).

/**
 * @typedef {object} PageData
 * @property {string} lang
 * @property {string | null} agency key of the agency; null on pages of none
 * @property {Record<string, string>} words the section [script] of the texts
 * @property {{ files: number, fileBytes: number }} limits
 * @property {MapData | null} [map] null where the gateway has none
 * @property {{ findings: string }} styles addresses of style sheets that come later
 */

/**
 * Whose tiles the map is made of, and what it shows first.
 * @typedef {object} MapData
 * @property {string} tiles address with {z}, {x} and {y}
 * @property {number} lat
 * @property {number} lon
 * @property {number} zoom
 * @property {number} maxZoom
 * @property {string} stylesheet
 */

const element = document.getElementById("page-data");

/** @type {PageData} */
export const page = JSON.parse(element?.textContent ?? "null") ?? {
  lang: "ru",
  agency: null,
  words: {},
  limits: { files: 0, fileBytes: 0 },
  styles: { findings: "" },
};

/**
 * A sentence in the page's language, its `{places}` filled.
 * @param {string} key without the leading `script.`
 * @param {Record<string, string | number>} [values]
 */
export function say(key, values = {}) {
  return (page.words[key] ?? key).replace(/\{(\w+)\}/g, (place, name) => String(values[name] ?? place));
}
