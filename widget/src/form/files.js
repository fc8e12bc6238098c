// Photographs and documents: uploaded as they are chosen, each with its progress.

/**
 * A file of the form, whether or not it is with the gateway yet.
 * @typedef {object} FormFile
 * @property {string} key ours, for as long as the draft lives
 * @property {string | null} id the gateway's, once it has the file
 * @property {string} name
 * @property {number} size in bytes
 * @property {Blob | null} content what is still to be uploaded; null once the gateway has it
 */

/** @param {HTMLFormElement} form */
export function enhanceFiles(form) {
  void form;
}

/**
 * Every file of the form as it stands now.
 * @param {HTMLFormElement} form
 * @returns {FormFile[]}
 */
export function listFiles(form) {
  void form;
  return [];
}

/**
 * Put files of a draft back into the form; those without an id are uploaded again.
 * @param {HTMLFormElement} form
 * @param {FormFile[]} files
 */
export function restoreFiles(form, files) {
  void form;
  void files;
}

/**
 * Wait until nothing is being uploaded.
 * @param {HTMLFormElement} form
 * @returns {Promise<boolean>} whether every file is with the gateway
 */
export async function filesSettled(form) {
  void form;
  return true;
}
