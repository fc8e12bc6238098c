// Answers to what topics ask, as controls of the form; which of them are seen is for questions.js.

/** What the names of controls with answers begin with. */
export const DETAIL = "details.";

/**
 * Every answer that a form holds, seen or not.
 * @param {HTMLFormElement} form
 */
export function answersIn(form) {
  return [.../** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(`[name^="${DETAIL}"]`))];
}

/**
 * Put hidden controls for answers whose questions are not there.
 * @param {HTMLFormElement} form
 * @param {string[]} names other names are passed over
 */
export function makeRoom(form, names) {
  const missing = names.filter((name) => name.startsWith(DETAIL) && !form.elements.namedItem(name));
  missing.forEach((name) => form.querySelector(".questions")?.append(hidden(name, "")));
}

/**
 * @param {string} name
 * @param {string} value
 */
export function hidden(name, value) {
  return Object.assign(document.createElement("input"), { type: "hidden", name, value });
}
