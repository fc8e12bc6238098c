// The topics that fit, as rows to choose from, or the one that the text has brought.
import { copyPattern, fill } from "./pattern.js";

/** @typedef {import("./topic_search.js").Topic} Topic */

/**
 * Draw topics into a place, above them the one that is chosen already.
 * @param {HTMLElement} place
 * @param {HTMLTemplateElement} pattern
 * @param {Topic[]} topics
 * @param {string} chosen
 */
export function drawTopics(place, pattern, topics, chosen) {
  const kept = radios(place).find((row) => chosen && row.value === chosen)?.closest("label");
  const list = /** @type {HTMLFieldSetElement} */ (copyPattern(pattern).querySelector("fieldset"));
  const [row, unknown] = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("label")]);
  if (!row || !unknown) {
    return;
  }
  const rows = topics.map((topic) => fillRow(/** @type {HTMLElement} */ (row.cloneNode(true)), topic));
  row.remove();
  if (kept && !topics.some((topic) => topic.code === chosen) && !kept.contains(radioOf(unknown))) {
    rows.unshift(kept);
  }
  unknown.before(...rows);
  place.replaceChildren(...(rows.length > 0 ? [list] : []));
  checkRow(place, chosen);
}

/**
 * Show the topic that the text has brought.
 * @param {HTMLElement} place
 * @param {HTMLTemplateElement} pattern
 * @param {Topic} topic
 */
export function drawTaken(place, pattern, topic) {
  const line = /** @type {HTMLElement} */ (copyPattern(pattern).querySelector(".taken"));
  fill(line, { path: pathOf(topic) });
  place.replaceChildren(line);
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
  const said = /** @type {HTMLElement} */ (copyPattern(pattern).querySelector(".problem"));
  said.className = "hint"; // half a word finds nothing either: no alarm while somebody types
  said.removeAttribute("role");
  said.textContent = words ?? said.textContent;
  place.prepend(said);
  return said.textContent ?? "";
}

/**
 * Check a row of a topic, and no other one; it may have two, and the one that was pressed stays.
 * @param {ParentNode} within
 * @param {string} chosen
 */
export function checkRow(within, chosen) {
  const rows = radios(within);
  const own = chosen && rows.filter(({ value }) => value === chosen);
  const row = own && (own.find(({ checked }) => checked) ?? own[0]);
  rows.forEach((other) => (other.checked = other === row));
}

/**
 * Every row that a topic can be chosen by.
 * @param {ParentNode} within
 */
export function radios(within) {
  return [.../** @type {NodeListOf<HTMLInputElement>} */ (within.querySelectorAll("input[type=radio][name=topic]"))];
}

/** @param {Topic} topic */
export function pathOf({ path }) {
  return path.join(" → ");
}

/** @param {HTMLElement} row */
function radioOf(row) {
  return /** @type {HTMLInputElement} */ (row.querySelector("input"));
}

/**
 * @param {HTMLElement} row
 * @param {Topic} topic
 */
function fillRow(row, topic) {
  const where = pathOf({ ...topic, path: topic.path.slice(0, -1) });
  fill(row, { name: topic.name, where, days: String(topic.days), tell: topic.tell ?? "" });
  radioOf(row).value = topic.code;
  if (!topic.tell) {
    row.querySelector(".tell")?.remove();
  }
  return row;
}
