// After sending: the draft is gone, the link can be copied and shared.
import { forgetDraft } from "./keep.js";
import { page, say } from "./page.js";

/** @param {ParentNode} root */
export function enhanceThanks(root) {
  if (!root.querySelector("[data-sent]")) {
    return;
  }
  forgetSent();
  const link = root.querySelector("a.track");
  const template = root.querySelector("template.link-tools");
  if (link instanceof HTMLAnchorElement && template instanceof HTMLTemplateElement) {
    drawTools(link, template);
  }
}

/** Once: whoever comes back to this page later may have begun another message. */
function forgetSent() {
  if (page.agency && !history.state?.otklikForgotten) {
    void forgetDraft(page.agency);
    history.replaceState({ ...history.state, otklikForgotten: true }, "");
  }
}

/**
 * @param {HTMLAnchorElement} link
 * @param {HTMLTemplateElement} template
 */
function drawTools(link, template) {
  const content = document.importNode(template.content, true);
  const words = content.querySelector("p");
  const [copy, share] = content.querySelectorAll("button");
  if (!words || !copy || !share) {
    return;
  }
  copy.addEventListener("click", async () => {
    words.textContent = "";
    const isCopied = await copyText(link);
    words.textContent = say(isCopied ? "send.copied" : "send.copy_yourself");
  });
  share.hidden = !navigator.share;
  share.addEventListener("click", () => {
    navigator.share({ title: document.title, url: link.href }).catch(() => {}); // closing the sheet is no mistake
  });
  template.replaceWith(content);
}

/** @param {HTMLAnchorElement} link */
async function copyText(link) {
  try {
    await navigator.clipboard.writeText(link.textContent);
    return true;
  } catch {
    getSelection()?.selectAllChildren(link); // pages on plain http and frames may not write; a selection can be copied
    return document.execCommand("copy");
  }
}
