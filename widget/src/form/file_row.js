// A file as a row of the list that the server draws too (templates/controls.html).
import { say } from "./page.js";
import { sizeInWords } from "./transfer.js";

/** @import { Transfer } from "./transfer.js" */

/**
 * @template {Element} T
 * @param {ParentNode} parent
 * @param {string} selector
 * @param {new () => T} kind
 * @returns {T} the first such element, which the templates promise
 */
export function part(parent, selector, kind) {
  const found = parent.querySelector(selector);
  if (found instanceof kind) {
    return found;
  }
  throw new Error(`no ${selector}`);
}

/** @param {HTMLElement} row */
export const idIn = (row) => part(row, "[name=attachments]", HTMLInputElement).value;

/** @param {HTMLElement} row */
export const nameIn = (row) => part(row, ".kept-name", HTMLElement).firstChild?.textContent?.trim() ?? "";

/** @param {HTMLElement} row */
export function digestIn(row) {
  return row.querySelector("[name=digests]")?.getAttribute("value")?.split(":")[1] ?? "";
}

/**
 * @param {HTMLElement} row
 * @param {Transfer} file
 */
export function drawRow(row, file) {
  row.dataset["state"] = file.state;
  drawName(row, file);
  drawState(row, file);
  drawAgain(row, file.state === "later" || file.state === "failed");
  if (file.id) {
    const sent = [file.id, `${file.id}:${file.digest}`];
    for (const [index, name] of ["attachments", "digests"].entries()) {
      const input = part(row, `[name=${name}]`, HTMLInputElement);
      input.value = sent[index] ?? "";
      input.disabled = false;
    }
  }
}

/**
 * @param {HTMLElement} row
 * @param {boolean} isOffered
 */
function drawAgain(row, isOffered) {
  const button = part(row, ".kept-again", HTMLElement);
  if (!isOffered && button === document.activeElement) {
    part(row, "[name=remove]", HTMLElement).focus(); // the focus would be lost with the button
  }
  button.hidden = !isOffered;
}

/**
 * @param {HTMLElement} row
 * @param {Transfer} file
 */
function drawName(row, { name, size }) {
  const said = document.createElement("span");
  said.className = "quiet";
  said.textContent = size ? sizeInWords(size) : "";
  part(row, ".kept-name", HTMLElement).replaceChildren(`${name} `, said);
  part(row, ".kept-kind", HTMLElement).textContent = /\.(\w{1,4})$/.exec(name)?.[1] ?? "";
  for (const hidden of row.querySelectorAll("button .visually-hidden")) {
    hidden.textContent = ` ${name}`;
  }
}

/**
 * @param {HTMLElement} row
 * @param {Transfer} file
 */
function drawState(row, { name, state, share, reason, isUnderWay }) {
  const progress = part(row, "progress", HTMLProgressElement);
  progress.hidden = !isUnderWay || state === "queued";
  progress.setAttribute("aria-label", say("files.progress", { name }));
  if (state === "uploads") {
    progress.value = share;
  } else {
    progress.removeAttribute("value");
  }
  part(row, ".kept-state", HTMLElement).textContent = isUnderWay || state === "stored" ? say(`files.${state}`) : reason;
}

/**
 * Show the picture itself, if this browser can.
 * @param {HTMLElement} row
 * @param {Blob} picture
 */
export function drawPicture(row, picture) {
  const image = part(row, "img", HTMLImageElement);
  if (image.src || !picture.type.startsWith("image/")) {
    return;
  }
  const url = URL.createObjectURL(picture);
  image.onload = () => {
    image.hidden = false;
    part(row, ".kept-kind", HTMLElement).hidden = true;
    URL.revokeObjectURL(url);
  };
  image.onerror = () => URL.revokeObjectURL(url);
  image.src = url;
}
