// What a text brings up while it is written: danger, several problems, what would be refused, an address. Quiet notes
// below the text, each of which can be put away; it comes again when the text has changed there.
import { drawWhenCalm } from "./calm.js";
import { hidden } from "./details.js";
import { announce } from "./live.js";
import { copyPattern, fill } from "./pattern.js";
import { afterPause } from "./pause.js";

/** @typedef {import("./reading.js").Reading} Reading */

/**
 * @typedef {object} Note
 * @property {string} kind
 * @property {string} key what it is about: another key is another note
 * @property {HTMLElement} element
 */

/**
 * @typedef {object} State
 * @property {HTMLElement} place
 * @property {Set<string>} dismissed keys of notes that were put away
 * @property {string} drawn the keys of those that are there
 */

const LISTENER_PAUSE = 1000;
const LONGEST_QUOTE = 120;

/** Where the gateway has told it. @type {Record<string, string>} */
const TOLD = { emergency: "form > .emergency", warned: ".warnings" };

const announceSoon = afterPause(LISTENER_PAUSE, announce);

/** @type {WeakMap<HTMLFormElement, State>} */
const states = new WeakMap();

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 * @param {Reading} reading
 */
export function showFindings(form, text, reading) {
  const pattern = /** @type {HTMLTemplateElement | null} */ (form.querySelector(".findings-pattern"));
  if (!pattern) {
    return;
  }
  const notes = [...notesOf(text, reading, pattern)];
  const state = states.get(form) ?? begin(form, notes);
  const keys = notes.map(({ key }) => key);
  state.dismissed = new Set(keys.filter((key) => state.dismissed.has(key)));
  draw(form, state, notes);
  offerPlace(form, pattern, reading);
}

/**
 * What the page has told above already is put away from the start.
 * @param {HTMLFormElement} form
 * @param {Note[]} notes
 */
function begin(form, notes) {
  const place = /** @type {HTMLElement} */ (form.querySelector(".findings"));
  const told = notes.filter(({ kind }) => kind in TOLD && form.querySelector(TOLD[kind] ?? ""));
  const state = { place, dismissed: new Set(told.map(({ key }) => key)), drawn: "" };
  states.set(form, state);
  const address = form.querySelector("[name='place.address']");
  address?.addEventListener("input", () => form.querySelector(".place-offer")?.replaceChildren());
  return state;
}

/**
 * @param {HTMLFormElement} form
 * @param {State} state
 * @param {Note[]} notes
 */
function draw(form, state, notes) {
  form.querySelectorAll("[data-dismissed]").forEach((control) => control.remove());
  for (const { key, element } of notes.filter((note) => state.dismissed.has(note.key))) {
    const seen = hidden("seen", /** @type {string} */ (element.dataset.code)); // so that the gateway does not ask again
    seen.dataset.dismissed = key;
    form.append(seen);
  }
  const shown = notes.filter(({ key }) => !state.dismissed.has(key));
  const keys = shown.map(({ key }) => key).join("\n");
  if (keys === state.drawn) {
    return;
  }
  const news = shown.filter(({ key }) => !state.drawn.split("\n").includes(key));
  state.drawn = keys;
  for (const note of shown) {
    note.element.querySelector(".dismiss")?.addEventListener("click", () => {
      state.dismissed.add(note.key);
      draw(form, state, notes);
      /** @type {HTMLElement | null} */ (form.querySelector("textarea#text"))?.focus({ preventScroll: true });
    });
  }
  drawWhenCalm(state.place, () => {
    state.place.replaceChildren(...shown.map(({ element }) => element));
    if (news.length) {
      announceSoon(news.map(({ element }) => element.querySelector(".told")?.textContent ?? "").join(" "));
    }
  });
}

/**
 * @param {string} text
 * @param {Reading} reading
 * @param {HTMLTemplateElement} pattern
 * @returns {Generator<Note>}
 */
function* notesOf(text, { problems, warnings, emergency }, pattern) {
  if (emergency) {
    const { code, message, numbers } = emergency;
    const element = copyOf(pattern, "emergency", code, { message });
    const calls = /** @type {HTMLElement} */ (element.querySelector(".calls"));
    const call = /** @type {HTMLAnchorElement} */ (calls.firstElementChild);
    calls.replaceChildren(...numbers.flatMap((number) => [callTo(call, number), " "]));
    yield { kind: "emergency", key: `emergency ${code}`, element };
  }
  if (problems.length > 1) {
    const count = String(problems.length);
    yield { kind: "several", key: `several ${count}`, element: copyOf(pattern, "several", "several", { count }) };
  }
  for (const code of new Set(warnings.map((warning) => warning.code))) {
    const own = warnings.filter((warning) => warning.code === code);
    const quotes = quotesOf(text, own);
    const element = copyOf(pattern, "warned", code, { message: own[0]?.message ?? "" });
    const marked = /** @type {HTMLElement} */ (element.querySelector(".marked"));
    quotes.forEach((quote) => marked.append(" ", mark(quote)));
    marked.hidden = !quotes.length;
    yield { kind: "warned", key: `${code} ${quotes.join(" ")}`, element };
  }
}

/**
 * The marked words; the gateway counts characters, and one of them may be two code units.
 * @param {string} text
 * @param {Array<{ start: number, end: number }>} places
 */
function quotesOf(text, places) {
  const characters = [...text];
  const quotes = places.map(({ start, end }) => characters.slice(start, end).join("").replace(/\s+/g, " ").trim());
  return [...new Set(quotes)].filter((quote) => quote && quote.length < text.length && quote.length <= LONGEST_QUOTE);
}

/**
 * @param {HTMLTemplateElement} pattern
 * @param {string} kind
 * @param {string} code
 * @param {Record<string, string>} values
 */
function copyOf(pattern, kind, code, values) {
  const element = /** @type {HTMLElement} */ (copyPattern(pattern).querySelector(`.${kind}`));
  fill(/** @type {Node} */ (element.querySelector(".told")), values);
  element.dataset.code = code;
  return element;
}

/**
 * @param {HTMLAnchorElement} pattern
 * @param {string} number
 */
function callTo(pattern, number) {
  const call = /** @type {HTMLAnchorElement} */ (pattern.cloneNode(true));
  call.href = `tel:${number}`;
  fill(call, { number });
  return call;
}

/** @param {string} quote */
function mark(quote) {
  return Object.assign(document.createElement("mark"), { textContent: quote });
}

/**
 * One tap takes the address that the text names; an address that is typed is left alone.
 * @param {HTMLFormElement} form
 * @param {HTMLTemplateElement} pattern
 * @param {Reading} reading
 */
function offerPlace(form, pattern, { problems }) {
  const place = /** @type {HTMLElement | null} */ (form.querySelector(".place-offer"));
  const address = /** @type {HTMLInputElement | null} */ (form.querySelector("[name='place.address']"));
  const named = problems.find((problem) => problem.place)?.place?.address;
  if (!place || !address) {
    return;
  }
  const offer = /** @type {HTMLButtonElement} */ (copyPattern(pattern).querySelector(".take-place"));
  fill(offer, { place: named ?? "" });
  offer.addEventListener("click", () => {
    address.value = named ?? "";
    address.dispatchEvent(new Event("input", { bubbles: true }));
    address.dispatchEvent(new Event("change", { bubbles: true }));
    place.replaceChildren();
    address.focus();
  });
  drawWhenCalm(place, () => place.replaceChildren(...(named && !address.value.trim() ? [offer] : [])));
}
