// The topic's scripts come when somebody begins to fill the form in: who only looks at it has no use for them.
import { CHANGED } from "./events.js";
import { page } from "./page.js";

const BEGINNINGS = ["input", "change", CHANGED];
const BUTTONS = "button[value=topics], button[value=browse], .topics [name=edit]";

/** @param {HTMLFormElement} form */
export function enhanceTopic(form) {
  const code = /** @type {HTMLInputElement | null} */ (form.querySelector("[name=topic][type=hidden]"));
  const text = /** @type {HTMLTextAreaElement | null} */ (form.querySelector("textarea#text"));
  if (!page.agency || !code || !text) {
    return;
  }
  const drawn = code.value;
  let isDone = false; // here, or it does not come: then buttons post the form, as without scripts
  /** @type {Promise<void> | undefined} */
  let coming;
  const begin = () => {
    coming ??= import("./topic.js")
      .then(({ startTopic }) => startTopic(form, drawn))
      .catch(() => {})
      .then(() => {
        isDone = true;
      });
    return coming;
  };
  const beginIfFilled = () => (text.value.trim() || code.value) && begin();
  BEGINNINGS.forEach((name) => form.addEventListener(name, begin));
  form.querySelector("#topic")?.addEventListener("focusin", begin);
  form.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest(BUTTONS) : null;
    if (button instanceof HTMLButtonElement && !isDone) {
      event.preventDefault();
      event.stopPropagation();
      void begin().then(() => button.click());
    }
  }, true);
  form.addEventListener("keydown", (event) => {
    const query = event.target instanceof HTMLInputElement && event.target.id === "topic_query" ? event.target : null;
    if (query?.value.trim() && event.key === "Enter" && !event.isComposing && !isDone) {
      event.preventDefault();
      void begin().then(() => /** @type {HTMLElement | null} */ (form.querySelector("button[value=topics]"))?.click());
    }
  });
  addEventListener("pageshow", beginIfFilled); // a browser going back fills fields silently
  beginIfFilled();
}
