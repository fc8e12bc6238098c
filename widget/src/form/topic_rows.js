// The topics that fit, as rows to choose from; the whole list below them always holds what is chosen.
import { copyPattern, fill } from "./pattern.js";

/** @typedef {import("./topic_search.js").Topic} Topic */

/**
 * Draw topics into a place, above them the one that is chosen already.
 * @param {HTMLElement} place
 * @param {HTMLTemplateElement} pattern
 * @param {Topic[]} topics
 * @param {string} chosen code of a topic, empty for none
 */
export function drawTopics(place, pattern, topics, chosen) {
  const kept = checkedRow(place, chosen);
  const copy = copyPattern(pattern);
  const list = /** @type {HTMLFieldSetElement} */ (copy.querySelector("fieldset"));
  const [row, other] = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("label")]);
  if (!row || !other) {
    return;
  }
  const rows = topics.map((topic) => fillRow(/** @type {HTMLElement} */ (row.cloneNode(true)), topic));
  row.remove();
  if (kept && !topics.some((topic) => topic.code === chosen)) {
    rows.unshift(kept);
  }
  other.before(...rows);
  place.replaceChildren(...(rows.length > 0 ? [list] : []));
  checkRow(place, chosen);
}

/**
 * Say something instead of topics; what is chosen stays.
 * @param {HTMLElement} place
 * @param {HTMLTemplateElement} pattern
 * @param {string} chosen
 * @param {string} [words] if it is not that nothing was found
 * @returns {string} what it says
 */
export function drawWords(place, pattern, chosen, words) {
  drawTopics(place, pattern, [], chosen);
  const said = /** @type {HTMLElement} */ (copyPattern(pattern).querySelector("p"));
  said.className = "hint"; // half a word finds nothing either: no alarm while somebody types
  said.removeAttribute("role");
  said.textContent = words ?? said.textContent;
  place.prepend(said);
  return said.textContent ?? "";
}

/**
 * Check the row of a topic; the row "another one" if that topic has none, no row if there is no topic.
 * @param {HTMLElement} place
 * @param {string} chosen
 */
export function checkRow(place, chosen) {
  const rows = radios(place);
  const own = rows.find((row) => row.value === chosen) ?? rows.find((row) => row.value === "");
  for (const row of rows) {
    row.checked = chosen !== "" && row === own;
  }
}

/**
 * Whether a topic has a row of its own.
 * @param {HTMLElement} place
 * @param {string} code
 */
export function hasRow(place, code) {
  return radios(place).some((row) => row.value === code);
}

/** @param {HTMLElement} place */
function radios(place) {
  return [.../** @type {NodeListOf<HTMLInputElement>} */ (place.querySelectorAll("input[type=radio]"))];
}

/**
 * @param {HTMLElement} place
 * @param {string} chosen
 */
function checkedRow(place, chosen) {
  const radio = radios(place).find((row) => chosen !== "" && row.value === chosen);
  return radio?.closest("label") ?? null;
}

/**
 * @param {HTMLElement} row
 * @param {Topic} topic
 */
function fillRow(row, topic) {
  fill(row, { name: topic.name, subject: topic.path[0] ?? "", days: String(topic.days) });
  const radio = /** @type {HTMLInputElement} */ (row.querySelector("input"));
  radio.value = topic.code;
  return row;
}
