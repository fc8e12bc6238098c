// The map with its buttons, loaded when it is opened; it needs nothing of the form, so that nothing else waits for Leaflet.
import { Map as LeafletMap, TileLayer } from "leaflet";

/**
 * What the form is told.
 * @typedef {object} Host
 * @property {(point: { lat: number, lon: number }) => void} moved the middle is another point now
 * @property {(point: { lat: number, lon: number }) => void} taken the map is closed, and its middle is meant
 * @property {() => void} closed
 * @property {string} failure what is said where tiles do not come
 */

/**
 * @typedef {object} Watcher
 * @property {(point: { lat: number, lon: number }) => void} moved
 * @property {() => void} shown a tile has come
 * @property {() => void} failed a tile has not come
 */

const CLOSE = 16; // the zoom at which houses are seen

/**
 * Draw a map into its box and let its buttons work.
 * @param {HTMLElement} box
 * @param {{ lat: number, lon: number } | null} point
 * @param {import("./page.js").MapData} settings
 * @param {Host} host
 */
export function showMap(box, point, settings, host) {
  const zoom = point ? Math.min(CLOSE, settings.maxZoom) : settings.zoom;
  const ground = find(box, ".map-ground");
  listen(box, drawMap(ground, point ?? settings, zoom, settings, watch(box, host)), host);
  ground.focus({ preventScroll: true });
  box.scrollIntoView({ block: "nearest" });
}

/**
 * @param {HTMLElement} box
 * @param {Host} host
 * @returns {Watcher}
 */
function watch(box, { moved, failure }) {
  const said = find(box, ".map-said");
  let isSeen = false;
  return {
    moved,
    shown: () => {
      isSeen = true;
      said.textContent = "";
    },
    failed: () => {
      said.textContent = isSeen ? "" : failure;
    },
  };
}

/**
 * @param {HTMLElement} box
 * @param {ReturnType<typeof drawMap>} map
 * @param {Host} host
 */
function listen(box, map, { closed, taken }) {
  const close = () => {
    map.remove();
    box.remove();
    closed();
  };
  const take = () => {
    const point = map.middle();
    close();
    taken(point);
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

/**
 * Draw a map whose middle is the point that is meant.
 * @param {HTMLElement} ground
 * @param {{ lat: number, lon: number }} middle
 * @param {number} zoom
 * @param {import("./page.js").MapData} settings
 * @param {Watcher} watcher
 */
function drawMap(ground, middle, zoom, settings, watcher) {
  const map = makeMap(ground, settings.maxZoom);
  // Tile servers want to know whose map it is, and answer nobody who does not say: the origin is enough.
  const tiles = new TileLayer(settings.tiles, { maxZoom: settings.maxZoom, referrerPolicy: "origin" });
  tiles.on("tileload", watcher.shown);
  tiles.on("tileerror", watcher.failed);
  map.setView([middle.lat, middle.lon], zoom).addLayer(tiles);
  map.on("moveend", () => watcher.moved(middleOf(map)));
  map.on("click", (event) => map.panTo(event.latlng));
  return {
    middle: () => middleOf(map),
    zoomBy: (/** @type {number} */ steps) => map.setZoom(map.getZoom() + steps),
    remove: () => map.remove(),
  };
}

/**
 * @param {HTMLElement} ground
 * @param {number} maxZoom
 */
function makeMap(ground, maxZoom) {
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new LeafletMap(ground, {
    attributionControl: false, // stands below the map, in the page's own words
    zoomControl: false,
    scrollWheelZoom: "center", // the pin stays where it is
    touchZoom: "center",
    doubleClickZoom: "center",
    fadeAnimation: !isStill,
    zoomAnimation: !isStill,
    inertia: !isStill,
    maxZoom,
  });
  if (isStill) {
    const jump = map.panBy.bind(map);
    map.panBy = (offset, options) => jump(offset, { ...options, animate: false });
  }
  return map;
}

/** @param {LeafletMap} map */
function middleOf(map) {
  const { lat, lng } = map.getCenter().wrap();
  return { lat, lon: lng };
}

/**
 * @param {ParentNode} root
 * @param {string} selector
 */
function find(root, selector) {
  return /** @type {HTMLElement} */ (root.querySelector(selector));
}
