// The place: a point that a photo, the device or the map gives, offered below the address in words.
import { drawWhenCalm } from "./calm.js";
import { askDevice } from "./device.js";
import { CHANGED, POINT, tell } from "./events.js";
import { say } from "./page.js";
import { copyPattern, fill } from "./pattern.js";
import { openMap } from "./place_map.js";
import { pointBox, pointInForm, pointInWords } from "./point.js";

/** @typedef {import("./events.js").Point} Point */

/** @param {HTMLFormElement} form */
export function enhancePlace(form) {
  form.querySelectorAll("[name='place.address'], .part [name$='.address']").forEach((address) => {
    offerAddresses(form, /** @type {HTMLInputElement} */ (address));
  });
  /** @type {HTMLTemplateElement | null} */
  const patterns = form.querySelector(".place-patterns");
  const place = /** @type {HTMLElement | null} */ (form.querySelector(".place-point"));
  if (!patterns || !place) {
    return;
  }
  form.addEventListener(POINT, (event) => {
    const point = /** @type {CustomEvent<Point>} */ (event).detail;
    offerPoint(form, place, patterns, point);
  });
  drawWays(form, copyPattern(patterns));
}

/**
 * What finds addresses comes when somebody begins to type one.
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} address
 */
function offerAddresses(form, address) {
  const begin = () => import("./place_addresses.js").then(({ start }) => start(form, address)).catch(() => {});
  address.addEventListener("input", begin, { once: true });
}

/**
 * A photo only offers its point, and nothing that is there already gives way to it; who asks the device or the map
 * for a point means it.
 * @param {HTMLFormElement} form
 * @param {HTMLElement} place
 * @param {HTMLTemplateElement} patterns
 * @param {Point} point
 */
function offerPoint(form, place, patterns, point) {
  const draw = () => {
    place.replaceChildren(drawRow(patterns, point));
    tell(form, CHANGED);
  };
  if (point.from === "photo") {
    drawWhenCalm(place, () => pointBox(form) ?? draw());
  } else {
    draw();
  }
}

/**
 * @param {HTMLTemplateElement} patterns
 * @param {Point} point
 */
function drawRow(patterns, point) {
  const row = /** @type {HTMLElement} */ (copyPattern(patterns).querySelector(`[data-from=${point.from}]`));
  fill(row, { point: pointInWords(point) });
  const box = /** @type {HTMLInputElement} */ (row.querySelector("input"));
  box.value = pointInForm(point);
  box.checked = point.from !== "photo";
  return row;
}

/**
 * What a resident may do besides writing the address, as far as this browser and this gateway can.
 * @param {HTMLFormElement} form
 * @param {DocumentFragment} drawn
 */
function drawWays(form, drawn) {
  const ways = /** @type {HTMLElement} */ (form.querySelector(".place-ways"));
  const buttons = /** @type {HTMLElement} */ (drawn.querySelector(".buttons"));
  const said = /** @type {HTMLElement} */ (drawn.querySelector(".place-said"));
  const device = /** @type {HTMLButtonElement} */ (buttons.querySelector(".ask-device"));
  /** @type {HTMLButtonElement | null} */
  const map = buttons.querySelector(".open-map");
  if (isSecureContext && navigator.geolocation) {
    device.addEventListener("click", () => askForDevice(form, device, said));
  } else {
    device.remove();
  }
  map?.addEventListener("click", () => openMap({ form, button: map, said }));
  ways.replaceChildren(...(buttons.firstElementChild ? [buttons, said] : []));
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} said
 */
async function askForDevice(form, button, said) {
  if (button.getAttribute("aria-disabled")) {
    return;
  }
  button.setAttribute("aria-disabled", "true"); // `disabled` would take the focus away
  said.textContent = say("place.asking");
  const answer = await askDevice();
  button.removeAttribute("aria-disabled");
  said.textContent = answer.said;
  if (answer.point) {
    tell(form, POINT, answer.point);
  }
}
