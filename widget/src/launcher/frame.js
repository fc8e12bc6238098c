// The form in an iframe, and what it says; nobody else is listened to.
import { NAME, VERSION } from "../protocol.js";
import { make } from "./make.js";

/** A form is a few screens long; what says more is not laid out well, and would make the page endless. */
const HIGHEST = 30_000;

/** @typedef {import("../protocol.js").Message} Message */

/**
 * Load the form into a place, out of sight until it is shown.
 * @param {Node} place
 * @param {string} src
 * @param {string} title
 * @param {"dialog" | "inline"} mode
 * @param {(message: Message | { type: "ready" | "blocked" }) => void} tell hears `ready` once, then what the form
 *   says; `blocked` if the page's policy forbids the form
 * @returns the iframe, and how to forget it and all that listens to it
 */
export function loadFrame(place, src, title, mode, tell) {
  const name = NAME + location.origin;
  const iframe = make(place, "iframe", { title, name, allow: "geolocation; camera", referrerpolicy: "origin", src });
  iframe.hidden = true;
  const host = new URL(src).origin;
  addEventListener("message", listen);
  document.addEventListener("securitypolicyviolation", notice);

  /** @param {SecurityPolicyViolationEvent} event */
  function notice({ effectiveDirective, blockedURI, disposition }) {
    const isOurs = effectiveDirective === "frame-src" && blockedURI && src.startsWith(blockedURI);
    if (isOurs && disposition === "enforce") tell({ type: "blocked" });
  }

  /** @param {MessageEvent} event */
  function listen({ source, origin, data }) {
    if (source !== iframe.contentWindow || origin !== host || !data || data.otklik !== VERSION) return;
    const message = /** @type {Message} */ (data);
    if (message.type === "hello") greet();
    else if (message.type === "height") tell({ ...message, height: Math.min(+message.height || 0, HIGHEST) });
    else if (message.type === "close" || message.type === "sent") tell(message);
  }

  /** Every page of the form says hello; the first one is what was waited for. */
  function greet() {
    if (iframe.hidden) tell({ type: "ready" });
    const focus = /** @type {ShadowRoot} */ (iframe.getRootNode()).activeElement === iframe;
    /** @type {Window} */ (iframe.contentWindow).postMessage({ otklik: VERSION, type: "welcome", mode, focus }, host);
  }

  function stop() {
    removeEventListener("message", listen);
    document.removeEventListener("securitypolicyviolation", notice);
    iframe.remove();
  }

  return { iframe, stop };
}
