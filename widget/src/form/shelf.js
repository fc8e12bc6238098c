// The line at the end of the form that says where the draft lies, and the switch by which a shared computer keeps none.
import { say } from "./page.js";
import { recall, remember, unlearn, unlearnAll } from "./tab.js";

const SHARED = "shared";

/** @returns {boolean} whether others use this computer: nothing may be kept */
export function isShared() {
  return recall(SHARED) !== null;
}

/**
 * @param {HTMLFormElement} form
 * @param {() => void} onSwitch
 * @returns {(kept: import("./keep.js").Kept) => void} says how much is kept
 */
export function drawShelf(form, onSwitch) {
  const template = form.querySelector("template.draft-shelf");
  const [line, box] = template instanceof HTMLTemplateElement ? drawn(template) : [];
  if (!line || !box) {
    return () => {};
  }
  box.checked = isShared();
  withholdFromBrowser(form);
  box.addEventListener("change", () => {
    if (box.checked) {
      unlearnAll();
      remember(SHARED, "1");
    } else {
      unlearn(SHARED);
    }
    withholdFromBrowser(form);
    onSwitch();
  });
  return (kept) => {
    const words = say(isShared() ? "draft.shared" : kept === "nothing" ? "draft.memory" : `draft.${kept}`);
    if (line.textContent !== words) {
      line.textContent = words;
    }
  };
}

/**
 * @param {HTMLTemplateElement} template
 * @returns {[HTMLElement | null, HTMLInputElement | null]}
 */
function drawn(template) {
  const content = document.importNode(template.content, true);
  const parts = /** @type {[HTMLElement | null, HTMLInputElement | null]} */ ([
    content.querySelector("p"),
    content.querySelector("input"),
  ]);
  template.replaceWith(content);
  return parts;
}

/** Browsers keep a page as it was left, for Back; on a shared computer nothing of it may be there. */
export function emptyWhenLeft() {
  let isEmptied = false;
  window.addEventListener("pagehide", () => {
    if (isShared()) {
      document.querySelector("main")?.remove();
      isEmptied = true;
    }
  });
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted && isEmptied) {
      location.replace(location.href);
    }
  });
}

/** The browser itself would offer the next person what was typed here. @param {HTMLFormElement} form */
function withholdFromBrowser(form) {
  for (const control of form.querySelectorAll("input[autocomplete], textarea")) {
    if (isShared()) {
      control.setAttribute("autocomplete", "off");
    }
  }
}
