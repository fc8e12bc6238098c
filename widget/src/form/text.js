// The text: a count of characters near the limits, never an error before sending.
import { announce } from "./live.js";
import { say } from "./page.js";
import { afterPause } from "./pause.js";

const NEAR = 0.9; // of the most: the count is no news before, and hurries nobody
const LISTENER_PAUSE = 1000; // milliseconds without typing; earlier it would talk over the letters that are typed

/** @param {HTMLFormElement} form */
export function enhanceText(form) {
  /** @type {HTMLTextAreaElement | null} */
  const text = form.querySelector("textarea#text");
  const counter = form.querySelector(".counter");
  if (!text || !counter) {
    return;
  }
  grow(text);
  const tell = afterPause(LISTENER_PAUSE, announce);
  let wasLeft = text.hasAttribute("aria-invalid");
  const count = () => {
    const said = wordsFor(text, wasLeft);
    if (said !== counter.textContent) {
      counter.textContent = said;
      tell(said);
    }
  };
  text.addEventListener("input", count);
  text.addEventListener("blur", () => {
    wasLeft = true;
    count();
  });
  count();
}

/**
 * The length that the gateway counts: outer blanks are no text, and one character may be two code units.
 * @param {string} text
 */
export function lengthOf(text) {
  return [...text.trim()].length;
}

/**
 * @param {HTMLTextAreaElement} text
 * @param {boolean} wasLeft who is still writing the first words need not hear that they are few
 */
function wordsFor(text, wasLeft) {
  const length = lengthOf(text.value);
  const least = Number(text.dataset.least);
  const most = Number(text.dataset.most);
  if (length > most) {
    return say("text.over", { over: length - most });
  }
  if (length >= most * NEAR) {
    return say("text.left", { left: most - length });
  }
  return wasLeft && length > 0 && length < least ? say("text.short", { length, least }) : "";
}

/**
 * As high as its content; the style sheet does it where browsers know how.
 * @param {HTMLTextAreaElement} text
 */
function grow(text) {
  if (CSS.supports("field-sizing", "content")) {
    return;
  }
  const fit = () => {
    if (text.scrollHeight > text.clientHeight) {
      text.style.height = `${text.scrollHeight + text.offsetHeight - text.clientHeight}px`;
    }
  };
  text.addEventListener("input", fit);
  fit();
}
