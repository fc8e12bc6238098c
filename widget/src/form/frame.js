// The page inside an agency's site: says hello to the launcher, tells its height, asks to be closed.
import { NAME, VERSION } from "../protocol.js";

/** @typedef {import("../protocol.js").Message} Message */

/** Once a page; a page that stands by itself is left alone. */
export function greet() {
  const site = siteAround();
  if (!site) return;
  addEventListener("message", ({ source, origin, data }) => {
    if (source === parent && origin === site && isWelcome(data)) settle(site, data);
  });
  tell(site, { otklik: VERSION, type: "hello" });
}

/** The origin of the site whose launcher made this frame; null where none did. */
function siteAround() {
  if (parent === window || !self.name.startsWith(NAME)) return null;
  const named = self.name.slice(NAME.length);
  return /^https?:\/\/[^/]+$/.test(named) ? named : null;
}

/**
 * @param {string} site
 * @param {Message} message
 */
function tell(site, message) {
  parent.postMessage(message, site);
}

/**
 * @param {any} data
 * @returns {data is Message & { type: "welcome" }}
 */
function isWelcome(data) {
  return data?.otklik === VERSION && data.type === "welcome";
}

/**
 * @param {string} site
 * @param {Message & { type: "welcome" }} welcome
 */
function settle(site, { mode, focus }) {
  document.documentElement.dataset.frame = mode;
  if (mode === "inline") tellHeight(site);
  else closeOnEscape(site);
  document.addEventListener("click", openElsewhere, true);
  if (document.querySelector("[data-sent]")) tell(site, { otklik: VERSION, type: "sent" });
  if (focus) enter();
}

/** @param {string} site */
function tellHeight(site) {
  const root = document.documentElement;
  root.style.overflowY = "hidden"; // the frame is as high as the page: a scrollbar would come and go
  let frame = 0;
  const measure = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      tell(site, { otklik: VERSION, type: "height", height: Math.ceil(root.getBoundingClientRect().height) });
    });
  };
  new ResizeObserver(measure).observe(root);
}

/** What uses Escape by itself, as a list of topics does, prevents the default. @param {string} site */
function closeOnEscape(site) {
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    tell(site, { otklik: VERSION, type: "close" });
  });
}

/** Other sites do not like to be framed. @param {Event} event */
function openElsewhere({ target }) {
  const link = target instanceof Element ? target.closest("a") : null;
  if (!link || !link.host || link.host === location.host) return;
  link.target = "_blank";
  link.rel = "noopener";
}

/** Browsers do not follow `autofocus` in frames of another origin. A heading is read out, and needs no ring. */
function enter() {
  const heading = document.querySelector("h1");
  const first = /** @type {HTMLElement | null} */ (document.querySelector("[autofocus]")) ?? heading;
  if (!first) return;
  if (first === heading) {
    heading.tabIndex = -1;
    heading.style.outline = "none";
  }
  first.focus();
}
