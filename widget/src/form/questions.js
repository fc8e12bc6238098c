// What the chosen topic asks: drawn under it at once. What was typed stays in the form while another topic is chosen.
import { drawWhenCalm } from "./calm.js";
import { answersIn, DETAIL, hidden } from "./details.js";
import { CHANGED } from "./events.js";
import { announce } from "./live.js";
import { page, say } from "./page.js";
import { copyPattern, fill } from "./pattern.js";
import { afterPause } from "./pause.js";
import { findByCode, makeAsker } from "./topic_search.js";

/** @typedef {import("./topic_search.js").Topic} Topic */
/** @typedef {import("./topic_search.js").Question} Question */

const UNKNOWN = "-"; // the topic of who does not know theirs

const LISTENER_PAUSE = 1000; // milliseconds: what the choice itself sounds like comes first

const announceSoon = afterPause(LISTENER_PAUSE, announce);

/**
 * @param {HTMLFormElement} form
 * @param {string} drawn the code of the topic whose questions stand there
 */
export function followTopic(form, drawn) {
  const box = find(form, ".questions");
  const chosen = /** @type {HTMLInputElement | null} */ (form.querySelector("[name=topic][type=hidden]"));
  if (!page.agency || !box || !chosen) {
    return;
  }
  const asker = makeAsker();
  let asked = drawn;
  const follow = async () => {
    const code = chosen.value;
    if (code === asked) {
      return;
    }
    asked = code;
    const topic = await asker.ask(async (signal) => (code && code !== UNKNOWN ? findByCode(code, signal) : null));
    if (topic !== undefined) {
      drawWhenCalm(box, () => draw(form, box, topic));
      drawHint(form, topic?.photo_hint ?? "");
      drawNeed(form, topic);
    }
  };
  form.addEventListener("change", follow);
  form.addEventListener(CHANGED, follow);
  addEventListener("pageshow", follow); // a browser going back fills fields silently
  void follow();
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} box where the questions stand, and as hidden controls the answers to those of other topics
 * @param {Topic | null} topic null where none is chosen, or the gateway does not say: then its review page asks
 */
function draw(form, box, topic) {
  const copy = copyPattern(/** @type {any} */ (find(form, ".questions-pattern")));
  const list = find(copy, ".asked");
  const row = find(list, ".question");
  const typed = new Map(answersIn(form).map(({ name, value }) => [name, value]));
  const rows = (topic?.questions ?? []).map((question) => fillRow(/** @type {Element} */ (row.cloneNode(true)), question, typed));
  row.replaceWith(...rows);
  box.replaceChildren(hidden("asked", rows.length && topic ? topic.code : ""));
  typed.forEach((value, name) => value && box.append(hidden(name, value)));
  if (rows.length) {
    box.append(list);
    announceSoon(say("questions.shown", { count: rows.length }));
  }
  if (topic?.photo_hint) {
    fill(copy, { hint: topic.photo_hint });
    box.append(find(copy, ".photo"));
  }
}

/**
 * @param {Element} row
 * @param {Question} question
 * @param {Map<string, string>} typed what the row shows is taken out
 */
function fillRow(row, { name, label, example }, typed) {
  fill(row, { label, example: example ?? "" });
  if (!example) {
    find(row, "span").remove();
  }
  const control = /** @type {HTMLInputElement} */ (row.querySelector("input"));
  control.name = DETAIL + name;
  control.value = typed.get(control.name) ?? "";
  typed.delete(control.name);
  return row;
}

/**
 * At the photos too, above; there it waits until nobody is looking below.
 * @param {HTMLFormElement} form
 * @param {string} hint
 */
function drawHint(form, hint) {
  const line = find(form, ".photo-hint");
  drawWhenCalm(line, () => {
    line.textContent = hint;
    line.hidden = !hint;
  });
}

/**
 * Whether the place may be left out; of an appeal under the law it always may.
 * @param {HTMLFormElement} form
 * @param {Topic | null} topic
 */
function drawNeed(form, topic) {
  const word = /** @type {HTMLElement | null} */ (form.querySelector(".by-topic"));
  if (word) {
    drawWhenCalm(word, () => (word.hidden = topic?.place !== "none"));
  }
}

/**
 * @param {ParentNode} within
 * @param {string} selector
 */
function find(within, selector) {
  return /** @type {HTMLElement} */ (within.querySelector(selector));
}
