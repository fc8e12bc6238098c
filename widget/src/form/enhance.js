// Which part of a page is made nicer by which module. It runs again on what a post has brought.
import { enhanceFiles } from "./files.js";

/**
 * @param {ParentNode} root
 */
export function enhance(root) {
  for (const form of root.querySelectorAll("form")) {
    for (const enhancePart of PARTS) {
      enhancePart(form);
    }
  }
}

/** Each leaves a form alone that lacks its part. @type {Array<(form: HTMLFormElement) => void>} */
const PARTS = [enhanceFiles];
