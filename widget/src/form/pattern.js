// Rows that the server draws too: it puts one of each into a <template>, and scripts fill copies of it.

/**
 * Every element of a form's <template>, a copy of its own.
 * @param {HTMLTemplateElement} template
 */
export function copyPattern(template) {
  return /** @type {DocumentFragment} */ (template.content.cloneNode(true));
}

/**
 * Put values where the text of an element says `{name}`.
 * @param {Node} node
 * @param {Record<string, string>} values
 */
export function fill(node, values) {
  const words = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  for (let text = words.nextNode(); text; text = words.nextNode()) {
    text.nodeValue = (text.nodeValue ?? "").replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
  }
}
