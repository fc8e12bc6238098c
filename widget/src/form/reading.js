// What a text says: asked once for each text, and shared by all who want to know.
import { page } from "./page.js";
import { ask, makeAsker } from "./topic_search.js";

/** @typedef {import("./topic_search.js").Topic} Topic */

/**
 * @typedef {object} Reading
 * @property {Array<{ start: number, end: number, topics: Topic[], place: { address: string } | null }>} problems
 * @property {Warning[]} warnings
 * @property {{ code: string, message: string, numbers: string[] } | null} emergency
 */

/**
 * @typedef {object} Warning
 * @property {string} code
 * @property {string} message
 * @property {number} start
 * @property {number} end
 * @property {boolean} blocks
 */

const MOST = 5;

/** Asks what a text says; the text is posted: in an address it would end up in the logs of whatever stands between. */
export function makeReader() {
  const asker = makeAsker();
  /** @type {{ text: string, reading: Reading } | null} */
  let last = null;
  return {
    end: asker.end,
    /**
     * The reading; null if the gateway does not say, undefined if nobody waits for it any more.
     * @param {string} text
     * @returns {Promise<Reading | null | undefined>}
     */
    async read(text) {
      if (last?.text === text) {
        return last.reading;
      }
      const body = JSON.stringify({ agency: page.agency, text });
      const headers = { "Content-Type": "application/json" };
      const reading = await asker.ask((signal) =>
        ask(`/api/v1/readings?lang=${page.lang}`, { method: "POST", body, headers, signal }),
      );
      last = reading ? { text, reading } : last;
      return reading;
    },
  };
}

/**
 * Topics that a whole text seems to be about, the best of each of its problems first.
 * @param {Reading} reading
 */
export function topicsOf({ problems }) {
  const each = problems.map(({ topics }) => topics);
  const all = [...each.flatMap((topics) => topics.slice(0, 1)), ...each.flat()];
  return [...new Map(all.map((topic) => [topic.code, topic])).values()].slice(0, MOST);
}
