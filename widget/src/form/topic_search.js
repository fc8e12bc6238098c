// Asks the gateway for topics. It is a help: where no answer comes in time, there is silence.
import { page } from "./page.js";

/**
 * @typedef {object} Question
 * @property {string} name
 * @property {string} label
 * @property {string | null} example
 */

/**
 * @typedef {object} Topic
 * @property {string} code
 * @property {string} name
 * @property {string[]} path from the subject down
 * @property {number} days
 * @property {boolean} sure whether it may be taken without asking
 * @property {string | null} tell what belongs to it, where it is mistaken for another one
 * @property {Question[]} questions
 * @property {string | null} photo_hint
 */

const MOST = 5;
const LONGEST = 200; // as the field takes
const PATIENCE = 5000; // milliseconds; then the button's own way is quicker

/**
 * Topics by words in any form, best first; null if the gateway does not say.
 * @param {string} words
 * @param {AbortSignal} signal
 */
export async function findByWords(words, signal) {
  const query = new URLSearchParams({ agency: page.agency ?? "", q: words.slice(0, LONGEST), limit: String(MOST), lang: page.lang });
  const found = await ask(`/api/v1/topics?${query}`, { signal });
  return /** @type {Topic[] | null} */ (found?.topics ?? null);
}

/**
 * The topic of that code with what it asks; null if the gateway does not say.
 * @param {string} code
 * @param {AbortSignal} signal
 */
export async function findByCode(code, signal) {
  const query = new URLSearchParams({ agency: page.agency ?? "", code, lang: page.lang });
  const found = await ask(`/api/v1/topics?${query}`, { signal });
  return /** @type {Topic | null} */ (found?.topics?.[0] ?? null);
}

/**
 * Topics that a whole text seems to be about, the best of each of its problems first; null if the gateway does not say.
 *
 * The text is posted: in an address it would end up in the logs of whatever stands between.
 * @param {string} text
 * @param {AbortSignal} signal
 */
export async function findByText(text, signal) {
  const body = JSON.stringify({ agency: page.agency, text });
  const headers = { "Content-Type": "application/json" };
  const read = await ask(`/api/v1/readings?lang=${page.lang}`, { method: "POST", body, headers, signal });
  /** @type {Topic[][] | undefined} */
  const each = read?.problems?.map((/** @type {{ topics: Topic[] }} */ problem) => problem.topics);
  return each ? unique([...each.flatMap((topics) => topics.slice(0, 1)), ...each.flat()]).slice(0, MOST) : null;
}

/**
 * Every topic there is, as the page that draws them; null if the gateway does not send it.
 * @param {AbortSignal} signal
 */
export function loadTree(signal) {
  return ask(`/f/${page.agency}/topics?lang=${page.lang}`, { signal }, "text");
}

/** @param {Topic[]} topics */
function unique(topics) {
  return [...new Map(topics.map((topic) => [topic.code, topic])).values()];
}

/**
 * @param {string} address
 * @param {RequestInit & { signal: AbortSignal }} request
 * @param {"json" | "text"} kind
 */
async function ask(address, request, kind = "json") {
  try {
    const answer = await fetch(address, request);
    return answer.ok ? await answer[kind]() : null;
  } catch {
    return null; // no network, or nobody waits any more
  }
}

/** One question at a time: a new one, or too long a wait, ends the last. */
export function makeAsker() {
  let asked = new AbortController();
  const end = () => {
    asked.abort();
    asked = new AbortController();
  };
  /**
   * The answer; undefined if nobody waits for it any more.
   * @template Answer
   * @param {(signal: AbortSignal) => Promise<Answer>} put
   * @returns {Promise<Answer | undefined>}
   */
  const ask = async (put) => {
    end();
    const mine = asked;
    const late = setTimeout(() => mine.abort(), PATIENCE);
    const answer = await put(mine.signal);
    clearTimeout(late);
    return mine === asked ? answer : undefined;
  };
  return { ask, end };
}
