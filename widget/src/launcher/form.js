// The form in an agency's page: in a dialog over it or in its place. It comes when it is first asked for.
import { CLOSE } from "./close.js";
import { makeDialog, holdStill } from "./dialog.js";
import { loadFrame } from "./frame.js";
import { make } from "./make.js";
import { sheetOf } from "./style.js";

const CSS = `
iframe{display:block;width:100%;border:0}
.bar{display:flex;align-items:center;gap:12px;padding:2px 4px 2px 20px;border-bottom:1px solid #8886}
.bar b{flex:1;font-size:.95em;font-weight:400;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
dialog{width:min(760px,100vw - 32px);height:min(960px,100vh - 32px);max-width:none;max-height:none;padding:0;
overflow:hidden;border:0;border-radius:calc(var(--corner) + 4px);color-scheme:light dark;background:Canvas;color:CanvasText;
outline:1px solid #8886;box-shadow:0 16px 56px #0006}
:host([scheme=light]) dialog{color-scheme:light}
:host([scheme=dark]) dialog{color-scheme:dark}
dialog.failed{height:fit-content;padding-bottom:20px}
dialog[open]{display:flex;flex-direction:column}
dialog::backdrop{background:#0d1824a8}
dialog iframe{flex:1}
dialog p,dialog a{align-self:flex-start;margin:20px 20px 0}
button{width:44px;height:44px;border:0;background:none;color:inherit;font:28px/1 system-ui,sans-serif;cursor:pointer}
button:hover{background:#8883}
button:focus-visible{outline:3px solid;outline-offset:-4px;box-shadow:none}
@media(prefers-reduced-motion:no-preference){
dialog[open]{animation:come .15s ease-out}
@keyframes come{from{transform:translateY(12px)}}}
`;

/** @type {CSSStyleSheet} */
let sheet;

/**
 * @typedef {object} Wanted
 * @property {HTMLElement} box
 * @property {HTMLAnchorElement} link
 * @property {boolean} isInline
 * @property {import("./texts.js").Words} words
 */

/**
 * A form that is about to be there.
 * @param {Wanted} wanted
 * @param {(event: string) => void} tell hears `ready`, `blocked`, `open`, `sent`, `close`
 */
export function makeForm({ box, link, isInline, words }, tell) {
  dressWith(/** @type {ShadowRoot} */ (box.getRootNode()));
  const title = link.textContent || words.link;
  const dialog = isInline ? null : makeDialog(box, title, CLOSE[box.lang] || "", leave);
  const word = make(dialog || box, "p", { role: "status" }, dialog ? words.loading : "");
  const mode = isInline ? "inline" : "dialog";
  const frame = loadFrame(dialog || box, `${link.href}&frame=${mode}`, title, mode, hear);
  let letGo = () => {};

  /** @param {import("../protocol.js").Message | { type: "ready" | "blocked" }} message */
  function hear(message) {
    if (message.type === "height") fit(message.height);
    else if (message.type === "close") close();
    else tell(message.type);
    if (message.type === "ready") show();
  }

  function show() {
    word.remove();
    frame.iframe.hidden = false;
    if (isInline) tell("open");
    else frame.iframe.focus();
  }

  /** @param {number} height */
  function fit(height) {
    if (!isInline) return;
    frame.iframe.style.height = `${height}px`;
    box.style.minHeight = "";
  }

  /** What was typed is still there. */
  function open() {
    if (!dialog || dialog.open) return;
    dialog.showModal();
    letGo = holdStill();
    frame.iframe.focus();
    tell("open");
  }

  function close() {
    if (dialog) dialog.close();
  }

  function leave() {
    letGo();
    link.focus();
    tell("close");
  }

  /**
   * Leave nothing behind in the page. An open dialog in which the form has failed stays and offers the link.
   * @param {boolean} hasFailed
   */
  function stop(hasFailed) {
    frame.stop();
    if (hasFailed && dialog && dialog.open) offerLink(dialog);
    else leaveNothing();
  }

  /** @param {HTMLDialogElement} dialog */
  function offerLink(dialog) {
    dialog.className = "failed";
    word.textContent = words.failed;
    const offered = /** @type {HTMLAnchorElement} */ (link.cloneNode(true));
    dialog.append(offered);
    offered.focus();
  }

  function leaveNothing() {
    letGo();
    word.remove();
    if (dialog) dialog.remove();
  }

  return { open, close, stop };
}

/** @param {ShadowRoot} root */
function dressWith(root) {
  sheet = sheet || sheetOf(CSS);
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
