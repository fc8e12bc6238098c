// Near the button: what is happening to the message, and what can be done about it.
import { say } from "./page.js";

/**
 * @typedef {object} Box
 * @property {(state: string, values?: Record<string, string>) => void} show the state's words (`script.send`), or nothing
 * @property {(deed: () => void) => void} onNow
 * @property {(deed: () => void) => void} onStop
 */

const CAN_HURRY = ["offline", "busy"];
const CAN_STOP = [...CAN_HURRY, "files"];

/**
 * @param {HTMLFormElement} form
 * @returns {Box | null} null where the page has no place for it
 */
export function drawBox(form) {
  const template = form.querySelector("template.send-status");
  if (!(template instanceof HTMLTemplateElement)) {
    return null;
  }
  const content = document.importNode(template.content, true);
  const [box, words] = [content.querySelector("div"), content.querySelector("p")];
  const [now, stop] = content.querySelectorAll("button");
  if (!box || !words || !now || !stop) {
    return null;
  }
  template.replaceWith(content);
  return {
    show(state, values) {
      const said = state && say(`send.${state}`, values);
      box.className = `send-status ${state}`;
      now.hidden = !CAN_HURRY.includes(state);
      stop.hidden = !CAN_STOP.includes(state);
      if (words.textContent !== said) {
        words.textContent = said; // said once, however often it is tried
      }
    },
    onNow: (deed) => (now.onclick = deed),
    onStop: (deed) => (stop.onclick = deed),
  };
}
