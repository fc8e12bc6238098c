// Opens the map inside the step of the place, and takes the point that its pin stands at.
import { POINT, tell } from "./events.js";
import { announce } from "./live.js";
import { page, say } from "./page.js";
import { copyPattern } from "./pattern.js";
import { afterPause } from "./pause.js";
import { findPoint, pointBox, pointInWords } from "./point.js";
import { loadStyle } from "./style.js";

/**
 * The form, what opened the map and what is said about it.
 * @typedef {object} Opened
 * @property {HTMLFormElement} form
 * @property {HTMLButtonElement} button
 * @property {HTMLElement} said
 */

const LISTENER_PAUSE = 1000;

/**
 * Open the map, or close it if it is open.
 * @param {Opened} opened
 */
export async function openMap({ form, button, said }) {
  if (!page.map || button.getAttribute("aria-expanded") === "true") {
    /** @type {HTMLElement | null} */ (form.querySelector(".map-close"))?.click();
    return;
  }
  button.setAttribute("aria-expanded", "true");
  said.textContent = say("place.map_opening");
  try {
    const [{ showMap }] = await Promise.all([import("./map.js"), loadStyle(page.map.stylesheet)]);
    showMap(drawBox(form), findPoint(form), page.map, hostOf({ form, button, said }));
    said.textContent = "";
  } catch {
    button.setAttribute("aria-expanded", "false");
    said.textContent = say("place.map_failed");
  }
}

/** @param {HTMLFormElement} form */
function drawBox(form) {
  const patterns = /** @type {HTMLTemplateElement} */ (form.querySelector(".place-patterns"));
  const box = /** @type {HTMLElement} */ (copyPattern(patterns).querySelector(".map"));
  form.querySelector(".place-point")?.before(box);
  return box;
}

/**
 * What the form does where something happens on the map.
 * @param {Opened} opened
 * @returns {import("./map.js").Host}
 */
function hostOf({ form, button, said }) {
  return {
    moved: afterPause(LISTENER_PAUSE, (point) => announce(say("place.map_middle", { point: pointInWords(point) }))),
    closed: () => {
      button.setAttribute("aria-expanded", "false");
      button.focus();
    },
    taken: (point) => {
      tell(form, POINT, { ...point, from: "map" });
      said.textContent = say("place.taken");
      pointBox(form)?.focus();
    },
    failure: say("place.map_failed"),
  };
}
