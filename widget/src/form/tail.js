// The last words before a page goes: a database may not be done with them in time, the tab's own memory is at once.
import { recallData, remember, unlearn } from "./tab.js";

/** @typedef {import("./draft.js").Draft} Draft */

/**
 * @param {string} agency
 * @param {Draft} draft
 */
export function keepTail(agency, draft) {
  remember(record(agency), JSON.stringify({ ...draft, files: draft.files.map((file) => ({ ...file, content: null })) }));
}

/**
 * @param {string} agency
 * @param {Draft | null} found what the database has
 * @returns {Draft | null} the newer of both
 */
export function withTail(agency, found) {
  /** @type {Draft | null} */
  const tail = recallData(record(agency));
  if (!tail || (found && found.at >= tail.at)) {
    return found;
  }
  const contents = new Map(found?.files.map((file) => [file.key, file.content]));
  return { ...tail, files: tail.files.map((file) => ({ ...file, content: contents.get(file.key) ?? null })) };
}

/** @param {string} agency */
export function dropTail(agency) {
  unlearn(record(agency));
}

/** @param {string} agency */
function record(agency) {
  return `draft:${agency}`;
}
