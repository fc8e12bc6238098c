// The message on its way: it waits for files, goes by itself when the network is back, and is never sent twice, as every
// try carries the page's idempotency key.
import { post } from "./answer.js";
import { drawKey, keyControl } from "./draft.js";
import { CHANGED, LEAVING, SENT, SHOWN, tell } from "./events.js";
import { filesSettled, listFiles } from "./files.js";
import { drawBox } from "./sending-box.js";
import { isShared } from "./shelf.js";

/** @typedef {import("./answer.js").Answer} Answer */
/** @typedef {import("./sending-box.js").Box} Box */

const SENDS = ["send", "send_new", "send_parts"].map((deed) => `button[name=do][value=${deed}]`).join();
const LONGEST = 30; // seconds between tries
const SOON = 200; // milliseconds in which there is no need to say that one waits

/** Forms that are on their way; nothing else may be done with them. @type {WeakSet<HTMLFormElement>} */
const busy = new WeakSet();

/** @param {HTMLFormElement} form */
export function enhanceSending(form) {
  const box = form.querySelector("template.send-status") && drawBox(form);
  if (!box) {
    return;
  }
  /** @type {HTMLButtonElement | null} */
  let pressed = null; // browsers of 2021 do not name the submitter
  form.addEventListener("click", (event) => {
    pressed = event.target instanceof Element ? event.target.closest("button") : null;
  });
  form.addEventListener("submit", (event) => {
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter ?? pressed);
    submit(form, box, button, event);
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {Box} box
 * @param {HTMLButtonElement | null} button
 * @param {Event} event
 */
function submit(form, box, button, event) {
  if (event.defaultPrevented || !button) {
    return;
  }
  if (busy.has(form)) {
    event.preventDefault();
  } else if (button.matches(SENDS)) {
    event.preventDefault();
    void whileBusy(form, () => send(form, box, button));
  } else if (listFiles(form).length) {
    event.preventDefault();
    void whileBusy(form, () => leave(form, box, button));
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {() => Promise<void>} work
 */
async function whileBusy(form, work) {
  busy.add(form);
  const buttons = form.querySelectorAll("button[name=do]"); // not `disabled`: the focus stays where it is
  buttons.forEach((button) => button.setAttribute("aria-disabled", "true"));
  try {
    await work();
  } finally {
    busy.delete(form);
    buttons.forEach((button) => button.removeAttribute("aria-disabled"));
  }
}

/**
 * Send by script, as often as it takes.
 * @param {HTMLFormElement} form
 * @param {Box} box
 * @param {HTMLButtonElement} button
 */
async function send(form, box, button) {
  const stop = new AbortController();
  box.onStop(() => stop.abort());
  await settle(form, box, stop.signal);
  if (button.value === "send_new") {
    renewKey(form); // one of the page's own, else a second try would be a third message
  }
  tell(form, CHANGED);
  const body = new FormData(form);
  body.append("do", button.value === "send_new" ? "send" : button.value);
  const { answer, hasChanged } = await untilChanged(form, stop, () =>
    sendUntilAnswered(form.action, body, box, stop.signal),
  );
  if (answer) {
    receive(form, box, answer);
    return;
  }
  box.show(hasChanged ? "changed" : "stopped");
  if (!hasChanged) {
    button.focus();
  }
}

/**
 * Post as the browser does it, once files are there.
 * @param {HTMLFormElement} form
 * @param {Box} box
 * @param {HTMLButtonElement} button
 */
async function leave(form, box, button) {
  const stop = new AbortController();
  box.onStop(() => stop.abort());
  await settle(form, box, stop.signal);
  box.show("");
  if (stop.signal.aborted) {
    button.focus();
    return;
  }
  tell(form, LEAVING);
  const pressed = document.createElement("input"); // `submit()` knows of no button
  Object.assign(pressed, { type: "hidden", name: button.name, value: button.value });
  form.append(pressed);
  form.submit();
  pressed.remove();
}

/**
 * Wait for files that are being uploaded; those that do not get through go with the form.
 * @param {HTMLFormElement} form
 * @param {Box} box
 * @param {AbortSignal} signal
 */
async function settle(form, box, signal) {
  const timer = setTimeout(() => box.show("files"), SOON);
  await Promise.race([filesSettled(form), new Promise((resolve) => signal.addEventListener("abort", resolve))]);
  clearTimeout(timer);
}

/**
 * What is typed while the message waits stops it: half a sentence must not go.
 * @param {HTMLFormElement} form
 * @param {AbortController} stop
 * @param {() => Promise<Answer | null>} work
 */
async function untilChanged(form, stop, work) {
  let hasChanged = false;
  const change = () => {
    hasChanged = true;
    stop.abort();
  };
  form.addEventListener("input", change);
  form.addEventListener("change", change);
  const answer = await work();
  form.removeEventListener("input", change);
  form.removeEventListener("change", change);
  return { answer, hasChanged };
}

/**
 * @param {string} action
 * @param {FormData} body
 * @param {Box} box
 * @param {AbortSignal} signal
 * @returns {Promise<Answer | null>} null if it was stopped
 */
async function sendUntilAnswered(action, body, box, signal) {
  if (!signal.aborted) {
    box.show("sending");
  }
  for (let pause = 1; !signal.aborted; pause = Math.min(2 * pause, LONGEST)) {
    const answer = await post(action, body, signal);
    if ("page" in answer) {
      return answer;
    }
    if (!signal.aborted) {
      box.show(answer.why);
      await nextTry(answer.seconds || pause, box, signal);
    }
  }
  return null;
}

/**
 * @param {number} seconds
 * @param {Box} box
 * @param {AbortSignal} signal
 * @returns {Promise<void>} ends early if the network is back, the resident wants it or has stopped it
 */
function nextTry(seconds, box, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(end, 1000 * seconds);
    function end() {
      clearTimeout(timer);
      window.removeEventListener("online", end);
      signal.removeEventListener("abort", end);
      resolve();
    }
    window.addEventListener("online", end);
    signal.addEventListener("abort", end);
    box.onNow(end);
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {Box} box
 * @param {Answer} answer
 */
function receive(form, box, { page, url }) {
  if (url.searchParams.has("sent")) {
    tell(form, SENT);
    location[isShared() ? "replace" : "assign"](url.href); // on a shared computer Back must not show what was typed
  } else if (page.querySelector("form [name=idempotency_key]")) {
    showPage(page);
  } else {
    const [title, text] = [page.querySelector("h1"), page.querySelector("h1 ~ p")];
    box.show("refused", { title: title?.textContent ?? "", text: text?.textContent ?? "" });
  }
}

/** Show the content of a page of ours instead of this one's. @param {Document} page */
function showPage(page) {
  const [old, main] = [document.querySelector("main"), page.querySelector("main")];
  if (!old || !main) {
    return;
  }
  const shown = document.importNode(main, true);
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  old.replaceWith(shown);
  document.dispatchEvent(new CustomEvent(SHOWN, { detail: shown }));
  const focus = /** @type {HTMLElement | null} */ (shown.querySelector("[autofocus]"));
  focus?.focus();
}

/** What was sent under the old key stays as it is. @param {HTMLFormElement} form */
function renewKey(form) {
  const control = keyControl(form);
  if (control) {
    control.value = drawKey();
  }
}
