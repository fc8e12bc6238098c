// Which part of a page is made nicer by which module. It runs again on what a post has brought.
import { enhanceDraft, enhanceReview } from "./drafting.js";
import { enhanceFiles } from "./files.js";
import { enhancePlace } from "./place.js";
import { enhanceSending } from "./sending.js";
import { enhanceText } from "./text.js";
import { enhanceTopic } from "./topic_later.js";

/**
 * @param {ParentNode} root
 */
export function enhance(root) {
  for (const form of root.querySelectorAll("form")) {
    for (const enhancePart of PARTS) {
      try {
        enhancePart(form);
      } catch (error) {
        setTimeout(() => Promise.reject(error)); // the console is told, and the other parts go on
      }
    }
  }
}

/**
 * Each leaves a form alone that lacks its part. The draft comes last: it puts back what the others must hear of.
 * @type {Array<(form: HTMLFormElement) => void>}
 */
const PARTS = [enhanceFiles, enhanceText, enhanceTopic, enhancePlace, enhanceSending, enhanceReview, enhanceDraft];
