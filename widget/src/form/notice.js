// Tells that a draft was put back, and lets the resident start anew; that can be undone once.
import { page, say } from "./page.js";

/**
 * @param {HTMLFormElement} form
 * @param {number} at when the draft was written
 * @param {number} filesLost how many files were too old to be put back
 * @param {{ startAnew: () => void, putBack: () => void }} deeds
 */
export function showNotice(form, at, filesLost, deeds) {
  const template = form.querySelector("template.draft-notice");
  if (!(template instanceof HTMLTemplateElement)) {
    return;
  }
  const content = document.importNode(template.content, true);
  const [box, words] = [content.querySelector("div"), content.querySelector("p")];
  const [anew, back] = content.querySelectorAll("button");
  if (!box || !words || !anew || !back) {
    return;
  }
  template.after(content);
  const found = `${say("draft.restored", { when: inWords(at) })}${filesLost ? ` ${say("draft.files_over")}` : ""}`;
  setTimeout(() => (words.textContent = found)); // what comes into a region that stands already is read out
  anew.addEventListener("click", () => {
    deeds.startAnew();
    words.textContent = say("draft.removed");
    back.hidden = false;
    back.focus();
    anew.remove();
    form.addEventListener("input", () => box.remove(), { once: true });
  });
  back.addEventListener("click", () => {
    deeds.putBack();
    words.textContent = say("draft.returned");
    box.tabIndex = -1;
    box.focus();
    back.remove();
  });
}

/** @param {number} at */
function inWords(at) {
  return new Intl.DateTimeFormat(page.lang, {
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);
}
