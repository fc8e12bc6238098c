// The topic: found while one types, suggested from the text, and always the one that the whole list holds.
import { drawNothing, drawWhenCalm } from "./calm.js";
import { CHANGED, tell } from "./events.js";
import { announce } from "./live.js";
import { page, say } from "./page.js";
import { afterPause } from "./pause.js";
import { lengthOf } from "./text.js";
import { checkRow, drawTopics, drawWords, hasRow } from "./topic_rows.js";
import { findByText, findByWords, makeAsker } from "./topic_search.js";

/** @typedef {import("./topic_search.js").Topic} Topic */

/**
 * @typedef {object} TopicStep
 * @property {HTMLFormElement} form
 * @property {HTMLInputElement} query
 * @property {HTMLInputElement} searched what was looked for last, for the gateway
 * @property {HTMLButtonElement} button
 * @property {HTMLElement} place where topics that fit are drawn
 * @property {HTMLTemplateElement} pattern
 * @property {HTMLSelectElement} list every topic there is
 * @property {HTMLDetailsElement} all what the list is folded into
 * @property {HTMLTextAreaElement | null} text
 * @property {ReturnType<typeof makeAsker>} asker
 */

const TYPING_PAUSE = 250; // milliseconds: shorter than a thought, longer than a letter
const LISTENER_PAUSE = 1000;

/** @param {HTMLFormElement} form */
export function enhanceTopic(form) {
  const step = findStep(form);
  if (!step || !page.agency) {
    return;
  }
  const typed = afterPause(TYPING_PAUSE, () => searchTyped(step));
  const stop = () => {
    typed.cancel();
    step.asker.end();
    drawNothing(step.place);
  };
  step.query.addEventListener("input", () => {
    stop();
    typed();
  });
  searchByButton(step, stop);
  suggestFromText(step);
  keepOneChoice(step, stop);
}

/**
 * @param {HTMLFormElement} form
 * @returns {TopicStep | null}
 */
function findStep(form) {
  const place = form.querySelector(".topics");
  if (!place) {
    return null;
  }
  const find = (/** @type {string} */ selector) => /** @type {any} */ (form.querySelector(selector));
  return {
    form,
    query: find("#topic_query"),
    searched: find("[name=searched_query]"),
    button: find("button[value=topics]"),
    place: /** @type {HTMLElement} */ (place),
    pattern: find(".topics-pattern"),
    list: find("select#topic"),
    all: find(".all-topics"),
    text: find("textarea#text"),
    asker: makeAsker(),
  };
}

const announceSoon = afterPause(LISTENER_PAUSE, announce);

/** @param {TopicStep} step */
async function searchTyped(step) {
  const words = step.query.value.trim();
  const found = words ? await askForWords(step, words) : await askForText(step);
  if (found) {
    drawWhenCalm(step.place, () => announceSoon(words ? drawFound(step, words, found) : drawSuggested(step, found)));
  }
}

/**
 * The button and the key Enter find topics here and now; where the gateway does not answer, as without scripts.
 * @param {TopicStep} step
 * @param {() => void} stop ends whatever is looked for just now
 */
function searchByButton(step, stop) {
  let asUsual = false;
  const search = async () => {
    stop();
    const words = step.query.value.trim();
    const found = words ? await askForWords(step, words) : await askForText(step);
    if (found) {
      announceSoon(drawFound(step, words, found));
      step.place.querySelector("fieldset")?.focus();
    } else if (found === null && !navigator.onLine) {
      announceSoon(drawWords(step.place, step.pattern, step.list.value, say("offline")));
    } else if (found === null) {
      asUsual = true;
      step.button.click();
      asUsual = false;
    }
  };
  step.button.addEventListener("click", (event) => {
    if (!asUsual) {
      event.preventDefault();
      search();
    }
  });
  step.query.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing && step.query.value.trim()) {
      event.preventDefault();
      search();
    }
  });
}

/** @param {TopicStep} step */
function suggestFromText(step) {
  const isWanted = () => !step.list.value && !step.query.value.trim();
  const suggest = async () => {
    const found = isWanted() ? await askForText(step) : null;
    if (found && isWanted()) {
      drawWhenCalm(step.place, () => isWanted() && drawSuggested(step, found));
    }
  };
  step.text?.addEventListener("change", suggest);
  if (!step.place.firstElementChild) {
    suggest();
  }
}

/**
 * A row that is chosen is chosen in the list too, and the other way round: they never say two things.
 * @param {TopicStep} step
 * @param {() => void} stop ends whatever is looked for just now
 */
function keepOneChoice(step, stop) {
  const follow = () => {
    checkRow(step.place, step.list.value);
    step.all.open ||= step.list.value !== "" && !hasRow(step.place, step.list.value);
  };
  step.place.addEventListener("change", (event) => {
    const row = /** @type {HTMLInputElement} */ (event.target);
    step.list.value = row.value;
    step.all.open ||= row.value === "";
    stop();
    tell(step.form, CHANGED);
  });
  step.list.addEventListener("change", follow);
  step.form.addEventListener(CHANGED, () => step.list.value && follow());
  addEventListener("pageshow", () => step.list.value && follow()); // a browser going back fills fields silently
}

/**
 * @param {TopicStep} step
 * @param {string} words
 */
function askForWords(step, words) {
  return step.asker.ask((signal) => findByWords(words, signal));
}

/**
 * Topics that the text names; none while it is too short to name any.
 * @param {TopicStep} step
 * @returns {Promise<Topic[] | null | undefined>}
 */
async function askForText(step) {
  const text = step.text?.value ?? "";
  const isEnough = lengthOf(text) >= Number(step.text?.dataset.least);
  return isEnough ? step.asker.ask((signal) => findByText(text, signal)) : [];
}

/**
 * @param {TopicStep} step
 * @param {string} words
 * @param {Topic[]} found
 * @returns {string} what there is to say to a listener
 */
function drawFound(step, words, found) {
  step.searched.value = words;
  if (found.length === 0) {
    return drawWords(step.place, step.pattern, step.list.value);
  }
  drawTopics(step.place, step.pattern, found, step.list.value);
  return say("topic.found", { count: found.length });
}

/**
 * Suggestions nobody has asked for: where there are none, nothing is said.
 * @param {TopicStep} step
 * @param {Topic[]} found
 */
function drawSuggested(step, found) {
  drawTopics(step.place, step.pattern, found, step.list.value);
  return "";
}
