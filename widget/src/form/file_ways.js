// The ways by which files come into a form: chosen, taken with the camera, dropped on the page, pasted.
import { part } from "./file_row.js";

const TEXT_FIELD = "textarea, input:not([type=file], [type=checkbox], [type=radio])";

/**
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} input
 * @param {(files: File[]) => void} choose
 */
export function openWays(form, input, choose) {
  const template = part(form, "template.kept-ways", HTMLTemplateElement);
  const ways = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const camera = part(ways, "[capture]", HTMLInputElement);
  if (!matchMedia("(any-pointer: coarse)").matches) {
    part(ways, ".kept-camera", HTMLElement).remove();
  }
  input.after(ways);
  input.classList.add("visually-hidden"); // its label is the button now
  for (const control of [input, camera]) {
    control.addEventListener("change", () => take(control, choose));
  }
  take(input, choose); // chosen before this script came
  listenToDrops(form, input, choose);
  document.addEventListener("paste", (event) => form.isConnected && paste(event, choose));
}

/**
 * @param {HTMLInputElement} control
 * @param {(files: File[]) => void} choose
 */
function take(control, choose) {
  const files = [...(control.files ?? [])];
  if (files.length) {
    control.value = ""; // else they would be posted a second time
    choose(files);
  }
}

/**
 * Files may be dropped anywhere: beside the form the browser would open them in its place.
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} input
 * @param {(files: File[]) => void} choose
 */
function listenToDrops(form, input, choose) {
  const step = input.closest(".step") ?? form;
  /** @param {DragEvent} event */
  const hasFiles = (event) => form.isConnected && event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (hasFiles(event)) {
      event.preventDefault();
      step.classList.add("drop-here");
    }
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) {
      step.classList.remove("drop-here");
    }
  });
  document.addEventListener("drop", (event) => {
    step.classList.remove("drop-here");
    if (hasFiles(event)) {
      event.preventDefault();
      choose([...(event.dataTransfer?.files ?? [])]);
    }
  });
}

/**
 * @param {ClipboardEvent} event
 * @param {(files: File[]) => void} choose
 */
function paste(event, choose) {
  const files = [...(event.clipboardData?.files ?? [])];
  const isText = event.clipboardData?.types.includes("text/plain") && event.target instanceof Element;
  if (files.length && !(isText && /** @type {Element} */ (event.target).matches(TEXT_FIELD))) {
    event.preventDefault();
    choose(files);
  }
}
