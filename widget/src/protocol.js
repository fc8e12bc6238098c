// What the launcher in the agency's page and the form in its iframe say to each other (docs/reference/widget.md).
// The iframe's name tells the form whose page it stands in: a name outlives every step inside the frame, needs no
// storage, and no server sees it. Each side sends to that one origin and believes nobody else.

/** Goes up when an old launcher and a new form, or the reverse, would no longer understand each other. */
export const VERSION = 1;

/** The iframe's name up to the origin of the page around it. */
export const NAME = `otklik ${VERSION} `;

/**
 * What a message may be. From the form: `hello` once a page, then `height` (inline), `close`, `sent`.
 * From the launcher: `welcome`, the answer to `hello`.
 * @typedef {{ otklik: number } & (
 *   | { type: "hello" | "close" | "sent" }
 *   | { type: "height", height: number }
 *   | { type: "welcome", mode: "dialog" | "inline", focus: boolean }
 * )} Message
 */
