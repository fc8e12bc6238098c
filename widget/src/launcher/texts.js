// What the launcher says, by language: the section [widget] of gateway/texts, put in by the build.

/** @typedef {{ link: string, title: string, intro: string, loading: string, failed: string }} Words */

/** @type {Record<string, Words>} */
export const TEXTS = /** @type {any} */ (__TEXTS__);
