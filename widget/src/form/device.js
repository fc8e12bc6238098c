// Asks the device where it is, when the resident asks for it and never by itself.
import { say } from "./page.js";

/** @typedef {import("./events.js").Point} Point */

const ROUGH = 200; // metres: a block of houses, more than anybody finds without an address
const PATIENCE = 15_000; // milliseconds: a phone out of doors needs some seconds
const UNANSWERED = 60_000; // milliseconds: for the browser's question as well, which its own timeout does not count

/**
 * Where the device is, and what to say about it; no point where it does not know or may not tell.
 * @returns {Promise<{ said: string, point?: Point }>}
 */
export function askDevice() {
  return new Promise((resolve) => {
    setTimeout(resolve, UNANSWERED, { said: say("place.unavailable") }); // a question that is closed may have no answer
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(found(coords)),
      (error) => resolve({ said: say(error.code === error.PERMISSION_DENIED ? "place.denied" : "place.unavailable") }),
      { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 60_000 },
    );
  });
}

/**
 * @param {GeolocationCoordinates} coordinates
 * @returns {{ said: string, point: Point }}
 */
function found({ latitude, longitude, accuracy }) {
  const said = accuracy > ROUGH ? say("place.inexact", { metres: Math.round(accuracy) }) : say("place.taken");
  return { said, point: { lat: latitude, lon: longitude, from: "device", accuracy } };
}
