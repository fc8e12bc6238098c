// Asks the gateway for topics and the like. It is a help: where no answer comes in time, there is silence.
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
 * @property {string} place `none` where a place makes no difference
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
 * Every topic there is, as the page that draws them; null if the gateway does not send it.
 * @param {AbortSignal} signal
 */
export function loadTree(signal) {
  return ask(`/f/${page.agency}/topics?lang=${page.lang}`, { signal }, "text");
}

/**
 * The answer as JSON or text; null if there is none.
 * @param {string} address
 * @param {RequestInit & { signal: AbortSignal }} request
 * @param {"json" | "text"} kind
 */
export async function ask(address, request, kind = "json") {
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
