// What a launcher does with its page, once.
import { takeCommands } from "./commands.js";
import { define } from "./element.js";
import { placeAfter } from "./place.js";

/**
 * @param {HTMLScriptElement | null} script the tag that brought it
 * @param {(host: string) => Promise<typeof import("./form.js")>} bring gives what opens the form
 */
export function start(script, bring) {
  define(script, bring);
  takeCommands();
  if (document.currentScript) placeAfter(script);
}
