// A form posted by script: what came of it. A portal that puts itself between counts as no connection.

/**
 * @typedef {object} Answer a page of ours
 * @property {Document} page
 * @property {URL} url where it is
 */

/**
 * The message did not get through; it may be sent again.
 * @typedef {object} Delay
 * @property {"offline" | "busy"} why
 * @property {number} seconds how long the gateway asks to wait; 0 if it does not say
 */

const LATER = [429, 502, 503, 504];
const PATIENCE = 300_000; // milliseconds; as long as the gateway waits for an upload

/**
 * @param {string} action
 * @param {FormData} body
 * @param {AbortSignal} signal
 * @returns {Promise<Answer | Delay>}
 */
export async function post(action, body, signal) {
  try {
    const response = await withPatience(signal, (ended) =>
      fetch(action, { method: "POST", body, signal: ended, mode: "same-origin", headers: { Accept: "text/html" } }),
    );
    if (LATER.includes(response.status)) {
      return { why: "busy", seconds: secondsIn(response.headers.get("Retry-After")) };
    }
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const isOurs = page.getElementById("page-data") && page.querySelector("main");
    // A portal answers as if all were well; an error that is not ours comes from a server in front of the gateway.
    return isOurs ? { page, url: new URL(response.url) } : { why: response.ok ? "offline" : "busy", seconds: 0 };
  } catch {
    return { why: "offline", seconds: 0 };
  }
}

/**
 * @param {AbortSignal} signal
 * @param {(ended: AbortSignal) => Promise<Response>} work
 */
async function withPatience(signal, work) {
  const end = new AbortController();
  const stop = () => end.abort();
  const timer = setTimeout(stop, PATIENCE);
  signal.addEventListener("abort", stop);
  try {
    return await work(end.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

/** @param {string | null} written as in RFC 9110, 10.2.3 */
function secondsIn(written) {
  const seconds = Number(written);
  return (Number.isNaN(seconds) ? (Date.parse(written ?? "") - Date.now()) / 1000 : seconds) || 0;
}
