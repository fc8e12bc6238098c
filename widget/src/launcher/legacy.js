// For pages that carry the state platform's own snippet: only the script's address changes, and data-agency comes in.
//   <script src="https://HOST/legacy.js" data-agency="KEY"></script>, not async: the snippet calls Widget(…) right after.
import { openForm, takeCommands } from "./commands.js";
import { define } from "./element.js";
import * as form from "./form.js";
import { scriptItself, whenParsed } from "./place.js";
import { TEXTS } from "./texts.js";

const BANNER = "[id=js-show-iframe-wrapper]"; // some pages carry it twice
const BUTTON = "button, a[href], [tabindex]";

const script = scriptItself();
const agency = (script && script.dataset.agency) || "";
define(script, async () => form);
takeCommands();
document.addEventListener("click", openFromBanner, true);
document.addEventListener("keydown", pressBanner);
whenParsed(mendBanners);
Object.assign(window, { Widget: mendBanners }); // whatever it is given

/** @param {MouseEvent} event */
function openFromBanner(event) {
  if (!bannerOf(event)) return;
  event.preventDefault();
  openForm({ agency });
}

/** @param {KeyboardEvent} event */
function pressBanner(event) {
  const banner = bannerOf(event);
  if (banner !== event.target || (event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  if (banner) banner.click();
}

/** @param {Event} event */
function bannerOf({ target }) {
  return target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest(BANNER)) : null;
}

/** The platform's script writes the words on the button, and leaves a banner without one to the mouse alone. */
function mendBanners() {
  for (const banner of document.querySelectorAll(BANNER)) {
    const button = banner.querySelector(BUTTON);
    if (button && !(button.textContent || "").trim()) button.textContent = TEXTS.ru?.link ?? "";
    if (button) continue;
    banner.setAttribute("role", "button");
    banner.setAttribute("tabindex", "0");
  }
}
