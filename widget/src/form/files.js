// Photographs and documents: uploaded as they are chosen, each with its progress.
import { openWays } from "./file_ways.js";
import { FormFiles } from "./form_files.js";
import { page } from "./page.js";

/**
 * A file of the form, whether or not it is with the gateway yet.
 * @typedef {object} FormFile
 * @property {string} key ours, for as long as the draft lives
 * @property {string | null} id the gateway's, once it has the file
 * @property {string} name
 * @property {number} size in bytes
 * @property {Blob | null} content what is still to be uploaded; null once the gateway has it
 * @property {string} [digest] SHA-256 of what was uploaded, as far as it is known: by it a form that is sent twice is
 *   known again when its files are used up
 */

/** @type {WeakMap<HTMLFormElement, FormFiles>} */
const known = new WeakMap();

/** @param {HTMLFormElement} form */
export function enhanceFiles(form) {
  const input = form.querySelector('input[type="file"][name="files"]');
  if (page.agency && input instanceof HTMLInputElement && !known.has(form)) {
    const files = new FormFiles(form, input);
    known.set(form, files);
    openWays(form, input, (chosen) => files.choose(chosen));
  }
}

/**
 * Every file of the form as it stands now; those that the gateway has refused are none of it.
 * @param {HTMLFormElement} form
 * @returns {FormFile[]}
 */
export function listFiles(form) {
  return known.get(form)?.listAll() ?? [];
}

/**
 * Put files of a draft back into the form; those without an id are uploaded again.
 * @param {HTMLFormElement} form
 * @param {FormFile[]} files
 */
export function restoreFiles(form, files) {
  known.get(form)?.restore(files);
}

/**
 * Wait until nothing is being uploaded.
 * @param {HTMLFormElement} form
 * @returns {Promise<boolean>} whether every file is with the gateway
 */
export async function filesSettled(form) {
  return known.get(form)?.settled() ?? true;
}
