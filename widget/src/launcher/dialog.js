// The form over the page: a native dialog, which keeps the focus in and everything else out of reach.
import { make } from "./make.js";
import { sheetOf } from "./style.js";

/**
 * @param {Node} place
 * @param {string} title
 * @param {string} close name of the button
 * @param {() => void} closed
 */
export function makeDialog(place, title, close, closed) {
  const dialog = make(place, "dialog", { "aria-label": title });
  const bar = make(dialog, "div", { class: "bar" });
  make(bar, "b", {}, title);
  const button = make(bar, "button", { type: "button", "aria-label": close }, "×");
  button.onclick = () => dialog.close();
  dialog.onclick = ({ target }) => {
    if (target === dialog) dialog.close(); // all of it is covered, so this is what lies around it
  };
  dialog.onclose = closed;
  return dialog;
}

/**
 * Keep the page from scrolling behind the dialog, and its scrollbar from vanishing.
 * @returns {() => void} gives the page back as it was
 */
export function holdStill() {
  const gutter = innerWidth > document.documentElement.clientWidth ? "stable" : "auto";
  const still = sheetOf(`:root:root{overflow:hidden!important;scrollbar-gutter:${gutter}!important}`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== still);
  };
}
