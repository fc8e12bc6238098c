// What a draft is: all that was put into the form but who writes and the consent; how it is read and put back.
import { CHANGED, POINT, tell } from "./events.js";
import { listFiles, restoreFiles } from "./files.js";
import { answersIn, makeRoom } from "./details.js";

/** @typedef {import("./files.js").FormFile} FormFile */
/** @typedef {import("./events.js").Point} Point */

/**
 * @typedef {object} Draft
 * @property {number} at when it was written last, in milliseconds
 * @property {string} key the idempotency key: what was sent under it already is not sent twice
 * @property {Record<string, string>} values by the names of the controls
 * @property {Point | null} point
 * @property {Array<FormFile & { since: number }>} files `since` is when the gateway, or else the form, got it
 */

const HOUR = 3_600_000;
const LIFE = 30 * 24 * HOUR; // as long as the gateway knows an idempotency key
const FILE_LIFE = 23 * HOUR; // the gateway keeps a file for 24 hours

const CONTROLS = ["text", "gist", "topic", "topic_from_text", "topic_query", "place.address", "place.point", "place.lat", "place.lon"];

/** Points that were offered to a form. @type {WeakMap<HTMLFormElement, Point>} */
const points = new WeakMap();

/** @param {HTMLFormElement} form */
export function followPoint(form) {
  form.addEventListener(POINT, (event) => {
    if (event instanceof CustomEvent && event.detail) {
      points.set(form, event.detail);
    }
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {Draft | null} before the draft as it was, which knows since when its files are there
 * @returns {Draft}
 */
export function readDraft(form, before) {
  const values = typed(form);
  const point = points.get(form) ?? pointIn(values["place.point"]);
  const since = new Map(before?.files.map((file) => [file.id ?? file.key, file.since]));
  const files = listFiles(form).map((file) => ({ ...file, since: since.get(file.id ?? file.key) ?? Date.now() }));
  return { at: Date.now(), key: keyControl(form)?.value ?? "", values, point, files };
}

/** @param {Draft} draft */
export function isEmpty(draft) {
  return !draft.files.length && !Object.keys(draft.values).length;
}

/**
 * Put a draft into a form; what stands there already stays.
 * @param {HTMLFormElement} form
 * @param {Draft} draft
 * @returns {boolean} whether anything was put
 */
export function fillForm(form, draft) {
  if (draft.point) {
    tell(form, POINT, draft.point);
  }
  makeRoom(form, Object.keys(draft.values)); // for answers whose questions are not there yet
  const put = Object.entries(draft.values).filter(([name, value]) => fill(form, name, value));
  form.addEventListener(CHANGED, () => takePoint(form, draft), { once: true }); // it may be drawn later
  if (draft.files.length) {
    restoreFiles(form, draft.files);
  }
  return Boolean(put.length || draft.files.length);
}

/**
 * @param {HTMLFormElement} form
 * @param {Draft} draft
 */
function takePoint(form, { values }) {
  if (values["place.point"]) {
    fill(form, "place.point", values["place.point"]);
  }
}

/** Take out all that a draft keeps. @param {HTMLFormElement} form */
export function emptyForm(form) {
  for (const control of namesOf(form).flatMap((name) => named(form, name))) {
    if (isChosen(control)) {
      control.checked = false;
    } else {
      control.value = "";
    }
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  points.delete(form);
  const remove = /** @type {NodeListOf<HTMLButtonElement>} */ (form.querySelectorAll("button[name=remove]"));
  remove.forEach((button) => button.click());
}

/**
 * Leave out what the gateway does not know any more.
 * @param {Draft} draft
 * @returns {Draft | null} null if it is too old altogether
 */
export function freshen(draft) {
  const now = Date.now();
  if (now - draft.at > LIFE) {
    return null;
  }
  const files = draft.files.filter((file) => (file.id ? now - file.since < FILE_LIFE : file.content));
  return { ...draft, files };
}

/** @param {HTMLFormElement} form */
export function keyControl(form) {
  return /** @type {HTMLInputElement | null} */ (form.querySelector("[name=idempotency_key]"));
}

/** @returns {string} a new idempotency key: 128 random bits */
export function drawKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {HTMLFormElement} form */
function typed(form) {
  const data = new FormData(form);
  /** @type {Record<string, string>} */
  const values = {};
  for (const name of namesOf(form)) {
    const value = data.getAll(name).find(Boolean);
    if (typeof value === "string") {
      values[name] = value;
    }
  }
  return values;
}

/** Names of all that a draft keeps. @param {HTMLFormElement} form */
function namesOf(form) {
  return [...CONTROLS, ...answersIn(form).map((control) => control.name)];
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} value
 */
function fill(form, name, value) {
  const filled = named(form, name).filter((control) => fillControl(control, value));
  for (const control of filled) {
    control.dispatchEvent(new Event("change", { bubbles: true }));
    control.closest("details")?.setAttribute("open", ""); // what is filled is seen
  }
  return filled.length > 0;
}

/**
 * @param {HTMLInputElement} control
 * @param {string} value
 */
function fillControl(control, value) {
  if (isChosen(control)) {
    const fits = !control.checked && (control.type === "checkbox" || control.value === value);
    control.checked ||= fits;
    return fits;
  }
  const isFree = !control.value;
  control.value ||= value;
  return isFree;
}

/** @param {HTMLInputElement} control */
function isChosen(control) {
  return control.type === "checkbox" || control.type === "radio";
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
function named(form, name) {
  return [.../** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(`[name="${CSS.escape(name)}"]`))];
}

/**
 * @param {string} [written]
 * @returns {Point | null}
 */
function pointIn(written) {
  const [lat, lon] = (written ?? "").split(",").map(Number);
  return lat !== undefined && lon !== undefined ? { lat, lon, from: "photo" } : null;
}
