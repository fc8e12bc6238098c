// The map itself, loaded when it is opened; it needs nothing of the form, so that nothing else waits for Leaflet.
import { Map as LeafletMap, TileLayer } from "leaflet";

/**
 * @typedef {object} Watcher
 * @property {(point: { lat: number, lon: number }) => void} moved the middle is another point now
 * @property {() => void} shown a tile has come
 * @property {() => void} failed a tile has not come
 */

/**
 * Draw a map whose middle is the point that is meant.
 * @param {HTMLElement} ground
 * @param {{ lat: number, lon: number }} middle
 * @param {number} zoom
 * @param {import("./page.js").MapData} settings
 * @param {Watcher} watcher
 */
export function drawMap(ground, middle, zoom, settings, watcher) {
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
