// What the modules of a form tell each other, as events on the form. None of them needs another to be there.

/** Something the draft should keep has changed: files, a point, a topic. Typing tells by itself (`input`, `change`). */
export const CHANGED = "otklik:changed";

/** A point is known (detail: Point); the step `place` offers it. */
export const POINT = "otklik:point";

/** The form was accepted; nothing of it needs to be kept. */
export const SENT = "otklik:sent";

/** The form is posted as a browser does it: the next page has all that stands in it. */
export const LEAVING = "otklik:leaving";

/** On the document: another content has come into `<main>` (detail: the element). */
export const SHOWN = "otklik:shown";

/**
 * @typedef {object} Point
 * @property {number} lat
 * @property {number} lon
 * @property {"photo" | "device" | "map"} from
 * @property {number} [accuracy] in metres
 */

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {unknown} [detail]
 */
export function tell(form, name, detail) {
  form.dispatchEvent(new CustomEvent(name, { detail }));
}
