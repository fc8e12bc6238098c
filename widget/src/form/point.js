// The point of a form: the box that is ticked to use it, and how it is written.

/** @param {HTMLFormElement} form */
export function pointBox(form) {
  return /** @type {HTMLInputElement | null} */ (form.querySelector(".place-point input"));
}

/**
 * The point that is offered or chosen on a form, null for none.
 * @param {HTMLFormElement} form
 * @returns {{ lat: number, lon: number } | null}
 */
export function findPoint(form) {
  const [lat, lon] = (pointBox(form)?.value ?? "").split(",").map(Number);
  return lat === undefined || lon === undefined ? null : { lat, lon };
}

/**
 * As the gateway writes it, which knows a photo's point again by that.
 * @param {{ lat: number, lon: number }} point
 */
export function pointInForm({ lat, lon }) {
  return `${Number(lat.toFixed(6))},${Number(lon.toFixed(6))}`;
}

/** @param {{ lat: number, lon: number }} point */
export function pointInWords({ lat, lon }) {
  return `${lat.toFixed(5)}, ${lon.toFixed(5)}`; // a metre
}
