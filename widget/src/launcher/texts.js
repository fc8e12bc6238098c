// What the launcher says, by language: the section [widget] of gateway/texts, put in by the build.

/** @type {Record<string, Record<string, string>>} */
export const TEXTS = __TEXTS__;
