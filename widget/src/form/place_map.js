// Opens the map inside the step of the place, and takes the point that its pin stands at.
import { POINT, tell } from "./events.js";
import { announce } from "./live.js";
import { page, say } from "./page.js";
import { copyPattern } from "./pattern.js";
import { afterPause } from "./pause.js";
import { findPoint, pointInWords } from "./point.js";

/** @typedef {import("./page.js").MapData} MapData */

/**
 * The form, what opened the map and what is said about it.
 * @typedef {object} Opened
 * @property {HTMLFormElement} form
 * @property {HTMLButtonElement} button
 * @property {HTMLElement} said
 */

const CLOSE = 16; // the zoom at which houses are seen
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
    const [{ drawMap }] = await Promise.all([import("./map.js"), loadStyle(page.map.stylesheet)]);
    showMap({ form, button, said }, drawMap, page.map);
    said.textContent = "";
  } catch {
    button.setAttribute("aria-expanded", "false");
    said.textContent = say("place.map_failed");
  }
}

/**
 * @param {Opened} opened
 * @param {typeof import("./map.js").drawMap} drawMap
 * @param {MapData} settings
 */
function showMap(opened, drawMap, settings) {
  const { form } = opened;
  const patterns = /** @type {HTMLTemplateElement} */ (form.querySelector(".place-patterns"));
  const box = find(copyPattern(patterns), ".map");
  find(form, ".place-point").before(box);
  const point = findPoint(form);
  const zoom = point ? Math.min(CLOSE, settings.maxZoom) : settings.zoom;
  const ground = find(box, ".map-ground");
  const map = drawMap(ground, point ?? settings, zoom, settings, watch(box));
  listen(opened, box, map);
  ground.focus({ preventScroll: true });
  box.scrollIntoView({ block: "nearest" });
}

/**
 * What the map's script is to tell, and whom.
 * @param {HTMLElement} box
 * @returns {import("./map.js").Watcher}
 */
function watch(box) {
  const said = find(box, ".map-said");
  let isSeen = false;
  return {
    moved: afterPause(LISTENER_PAUSE, (point) => announce(say("place.map_middle", { point: pointInWords(point) }))),
    shown: () => {
      isSeen = true;
      said.textContent = "";
    },
    failed: () => {
      said.textContent = isSeen ? "" : say("place.map_failed");
    },
  };
}

/**
 * @param {Opened} opened
 * @param {HTMLElement} box
 * @param {ReturnType<typeof import("./map.js").drawMap>} map
 */
function listen({ form, button, said }, box, map) {
  const close = () => {
    map.remove();
    box.remove();
    button.setAttribute("aria-expanded", "false");
    button.focus();
  };
  const take = () => {
    const point = map.middle();
    close();
    tell(form, POINT, { ...point, from: "map" });
    said.textContent = say("place.taken");
    find(form, ".place-point input").focus();
  };
  find(box, ".map-in").addEventListener("click", () => map.zoomBy(1));
  find(box, ".map-out").addEventListener("click", () => map.zoomBy(-1));
  find(box, ".map-take").addEventListener("click", take);
  find(box, ".map-close").addEventListener("click", close);
  box.addEventListener("keydown", (event) => {
    const act = { Escape: close, Enter: event.target === find(box, ".map-ground") ? take : null }[event.key];
    if (act) {
      event.preventDefault(); // else Enter would go on to what gets the focus now
      act();
    }
  });
}

/** @param {string} address */
function loadStyle(address) {
  return new Promise((resolve, reject) => {
    if (document.querySelector(`link[href="${address}"]`)) {
      resolve(undefined);
      return;
    }
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.onload = resolve;
    link.onerror = () => {
      link.remove(); // so that the next try loads it
      reject(new Error(address));
    };
    document.head.append(link);
  });
}

/**
 * @param {ParentNode} root
 * @param {string} selector
 */
function find(root, selector) {
  return /** @type {HTMLElement} */ (root.querySelector(selector));
}
