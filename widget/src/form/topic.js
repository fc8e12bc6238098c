// The topic: taken or suggested from the text, found by words, or chosen in the whole tree. What was chosen by hand stays.
import { drawNothing, drawWhenCalm } from "./calm.js";
import { CHANGED, tell } from "./events.js";
import { announce } from "./live.js";
import { page, say } from "./page.js";
import { afterPause } from "./pause.js";
import { followTopic } from "./questions.js";
import { makeReader, topicsOf } from "./reading.js";
import { loadStyle } from "./style.js";
import { checkRow, drawTaken, drawTopics, drawWords, pathOf, radios } from "./topic_rows.js";
import { findByWords, loadTree, makeAsker } from "./topic_search.js";

/** @typedef {import("./reading.js").Reading} Reading */
/** @typedef {import("./topic_search.js").Topic} Topic */

/**
 * @typedef {object} TopicStep
 * @property {HTMLFormElement} form
 * @property {HTMLInputElement} query
 * @property {HTMLInputElement} searched what was looked for last, for the gateway
 * @property {HTMLInputElement} code what is sent: the code of the topic, "-" for one that the resident does not know
 * @property {HTMLInputElement} fromText the same code where the text has brought it
 * @property {HTMLButtonElement} button
 * @property {HTMLElement} place where topics that fit are drawn
 * @property {HTMLTemplateElement} pattern
 * @property {HTMLElement} all where the whole tree is drawn
 * @property {HTMLTextAreaElement} text
 * @property {ReturnType<typeof makeAsker>} asker
 * @property {ReturnType<typeof makeReader>} reader tells what the text says
 */

const TYPING_PAUSE = 250; // milliseconds: shorter than a thought, longer than a letter
const READING_PAUSE = 600;
const LISTENER_PAUSE = 1000;
const LEAST_WORDS = 3; // for a topic
const LEAST_READ = 2; // «пахнет газом»

/** @type {Reading} */
const NOTHING = { problems: [], warnings: [], emergency: null };

const announceSoon = afterPause(LISTENER_PAUSE, announce);

/**
 * @param {HTMLFormElement} form
 * @param {string} drawn the code of the topic whose questions stand there
 */
export function startTopic(form, drawn) {
  const step = findStep(form);
  if (!step) {
    return;
  }
  const typed = afterPause(TYPING_PAUSE, () => searchTyped(step));
  const stop = () => {
    typed.cancel();
    step.asker.end();
    step.reader.end();
    drawNothing(step.place);
  };
  step.query.addEventListener("input", () => {
    stop();
    typed();
  });
  searchByButton(step, stop);
  openByButtons(step);
  suggestFromText(step);
  keepOneChoice(step, stop);
  followTopic(form, drawn);
  if (step.query.value.trim() && step.query.value !== step.searched.value) {
    typed(); // what was typed while this script was on its way
  }
}

/**
 * @param {HTMLFormElement} form
 * @returns {TopicStep | null}
 */
function findStep(form) {
  const place = form.querySelector(".topics");
  const find = (/** @type {string} */ selector) => /** @type {any} */ (form.querySelector(selector));
  return (
    place && {
      form,
      query: find("#topic_query"),
      searched: find("[name=searched_query]"),
      code: find("[name=topic][type=hidden]"),
      fromText: find("[name=topic_from_text]"),
      button: find("button[value=topics]"),
      place: /** @type {HTMLElement} */ (place),
      pattern: find(".topics-pattern"),
      all: find(".all-topics"),
      text: find("textarea#text"),
      asker: makeAsker(),
      reader: makeReader(),
    }
  );
}

/** @param {TopicStep} step */
async function searchTyped(step) {
  const words = step.query.value.trim();
  const found = words ? await askForWords(step, words) : await askForText(step);
  if (found) {
    drawWhenCalm(step.place, () => (words ? announceSoon(drawFound(step, words, found)) : showRows(step, found)));
  }
}

/**
 * The button and the key Enter find topics here and now; where the gateway does not answer, as without scripts.
 * @param {TopicStep} step
 * @param {() => void} stop ends whatever is looked for just now
 */
function searchByButton(step, stop) {
  const search = async () => {
    stop();
    const words = step.query.value.trim();
    const found = words ? await askForWords(step, words) : await askForText(step);
    if (found) {
      announceSoon(drawFound(step, words, found));
      step.place.querySelector("fieldset")?.focus();
    } else if (found === null && !navigator.onLine) {
      announceSoon(drawWords(step.place, step.pattern, step.code.value, say("offline")));
    }
    return found !== null || !navigator.onLine;
  };
  onPress(step.form, "button[value=topics]", search);
  step.query.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing && step.query.value.trim()) {
      event.preventDefault();
      step.button.click();
    }
  });
}

/**
 * Two buttons that the gateway understands as well: another topic than the text has brought, and every topic there is.
 * @param {TopicStep} step
 */
function openByButtons(step) {
  onPress(step.place, "[name=edit]", async () => {
    const found = await askForText(step);
    if (found) {
      showRows(step, found);
      step.place.querySelector("fieldset")?.focus();
    }
    return Boolean(found);
  });
  onPress(step.form, "button[value=browse]", async () => {
    const tree = await openTree(step);
    tree?.focus();
    tree?.scrollIntoView();
    return Boolean(tree);
  });
}

/**
 * The whole tree on the page, brought there when it is asked for.
 * @param {TopicStep} step
 * @returns {Promise<HTMLElement | null>}
 */
async function openTree({ all, asker, code }) {
  if (!all.querySelector("fieldset")) {
    const html = await asker.ask(loadTree);
    const tree = html && new DOMParser().parseFromString(html, "text/html").querySelector("fieldset");
    all.replaceChildren(...(tree ? [tree] : all.childNodes));
    checkRow(all, code.value);
  }
  return all.querySelector("fieldset");
}

/**
 * Do something instead of posting the form; it is posted where that does not succeed.
 * @param {HTMLElement} within
 * @param {string} selector of the buttons
 * @param {() => Promise<boolean>} work
 */
function onPress(within, selector, work) {
  let asUsual = false;
  within.addEventListener("click", async (event) => {
    const button = event.target instanceof Element ? event.target.closest(selector) : null;
    if (button instanceof HTMLButtonElement && !asUsual) {
      event.preventDefault();
      if (!(await work())) {
        asUsual = true;
        button.click();
        asUsual = false;
      }
    }
  });
}

/**
 * What the text says, asked in the pauses of typing; nobody waits for it, and nobody is told where it fails.
 * @param {TopicStep} step
 */
function suggestFromText(step) {
  let read = "";
  let told = "";
  let followed = step.place.firstElementChild ? step.text.value.trim() : ""; // as far as topics go
  const isWanted = () => !isByHand(step) && !step.query.value.trim();
  const follow = (/** @type {string} */ text, /** @type {Topic[]} */ found) => {
    followed = text;
    const sure = found[0]?.sure ? found[0] : undefined;
    choose(step, sure?.code ?? "", sure?.code);
    drawWhenCalm(step.place, () => {
      if (isWanted()) {
        const news = sure ? showTaken(step, sure) : showRows(step, found);
        if (news !== told) {
          announceSoon(news);
        }
        told = news;
      }
    });
  };
  const suggest = async () => {
    const text = step.text.value.trim();
    const words = text ? text.split(/\s+/).length : 0;
    const follows = () => isWanted() && text !== followed && words >= LEAST_WORDS;
    if (words < LEAST_READ) {
      read = "";
      void tellFindings(step.form, "", NOTHING);
      return;
    }
    if (text === read && !follows()) {
      return;
    }
    read = text;
    const reading = await step.reader.read(text);
    if (!reading) {
      read = read === text ? "" : read;
      return;
    }
    void tellFindings(step.form, text, reading);
    if (follows()) {
      follow(text, topicsOf(reading));
    }
  };
  const soon = afterPause(READING_PAUSE, suggest);
  step.text.addEventListener("input", soon);
  step.text.addEventListener("change", soon);
  step.form.addEventListener(CHANGED, soon);
  soon();
}

/** @type {Promise<typeof import("./findings.js")> | undefined} */
let findings;

/**
 * What there is to tell besides topics; its script comes with the first news.
 * @param {HTMLFormElement} form
 * @param {string} text
 * @param {Reading} reading
 */
async function tellFindings(form, text, reading) {
  const { problems, warnings, emergency } = reading;
  if (findings || emergency || warnings.length || problems.length > 1 || problems[0]?.place) {
    findings ??= Promise.all([import("./findings.js"), loadStyle(page.styles.findings)]).then(([module]) => module);
    const { showFindings } = await findings.catch(() => ({ showFindings: () => {} }));
    showFindings(form, text, reading);
  }
}

/**
 * A row that is chosen is what is sent, and what a draft brings back is seen.
 * @param {TopicStep} step
 * @param {() => void} stop ends whatever is looked for just now
 */
function keepOneChoice(step, stop) {
  const follow = async () => {
    const { value } = step.code;
    if (value && isByHand(step) && !radios(step.form).some((row) => row.value === value)) {
      await openTree(step);
    }
    checkRow(step.form, value);
    const row = radios(step.all).find(({ checked }) => checked);
    for (let outer = row?.closest("details"); outer; outer = outer.parentElement?.closest("details")) {
      outer.open = true;
    }
  };
  step.form.addEventListener("change", ({ target }) => {
    if (target === step.code) {
      follow();
    } else if (target instanceof HTMLInputElement && target.checked && radios(step.form).includes(target)) {
      stop();
      choose(step, target.value);
    }
  });
  addEventListener("pageshow", () => step.code.value && follow()); // a browser going back fills fields silently
  if (step.code.value) {
    void follow();
  }
}

/**
 * @param {TopicStep} step
 * @param {string} code
 * @param {string} [fromText] the same code where the text has brought it
 */
function choose(step, code, fromText = "") {
  if (step.code.value !== code || step.fromText.value !== fromText) {
    step.code.value = code;
    step.fromText.value = fromText;
    checkRow(step.form, code);
    tell(step.form, CHANGED);
  }
}

/** @param {TopicStep} step */
function isByHand({ code, fromText }) {
  return code.value !== "" && code.value !== fromText.value;
}

/**
 * @param {TopicStep} step
 * @param {string} words
 */
function askForWords(step, words) {
  return step.asker.ask((signal) => findByWords(words, signal));
}

/** @param {TopicStep} step */
async function askForText(step) {
  const text = step.text.value.trim();
  const reading = text ? await step.reader.read(text) : NOTHING;
  return reading && topicsOf(reading);
}

/**
 * @param {TopicStep} step
 * @param {string} words
 * @param {Topic[]} found
 * @returns {string} what there is to say to a listener
 */
function drawFound(step, words, found) {
  step.searched.value = words;
  return found.length ? showRows(step, found) : drawWords(step.place, step.pattern, step.code.value);
}

/**
 * Suggestions nobody has asked for: where there are none, nothing is said.
 * @param {TopicStep} step
 * @param {Topic[]} found
 */
function showRows(step, found) {
  drawTopics(step.place, step.pattern, found, step.code.value);
  return found.length ? say("topic.found", { count: found.length }) : "";
}

/**
 * @param {TopicStep} step
 * @param {Topic} topic
 */
function showTaken(step, topic) {
  drawTaken(step.place, step.pattern, topic);
  return say("topic.taken", { topic: pathOf(topic) });
}
