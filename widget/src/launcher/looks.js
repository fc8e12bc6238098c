// The site's colours and corners: on the widget itself, and told to the form.

/**
 * Dress the box as attributes and the site's style sheets want it; return what of that the form should know.
 * @param {Element} widget
 * @param {HTMLElement} box
 */
export function dress(widget, box) {
  const accent = widget.getAttribute("accent");
  const corner = widget.getAttribute("corner");
  box.style.setProperty("--accent", accent);
  box.style.setProperty("--corner", corner && corner + "px");
  const site = getComputedStyle(widget);
  const style = getComputedStyle(box);
  return {
    accent: accent || site.getPropertyValue("--otklik-accent") ? hexOf(style.caretColor) : "",
    corner: corner || site.getPropertyValue("--otklik-corner") ? `${parseInt(style.borderTopLeftRadius)}` : "",
    scheme: widget.getAttribute("scheme") || "",
  };
}

/**
 * A computed colour as six hexadecimal digits. A canvas writes most of them so by itself; those of wider gamuts
 * (`oklch()`, `color()`) have to be painted.
 * @param {string} colour
 */
function hexOf(colour) {
  const canvas = document.createElement("canvas").getContext("2d");
  if (!canvas) return ""; // browsers that hide who their reader is may refuse it
  canvas.fillStyle = colour;
  if (canvas.fillStyle[0] !== "#") {
    canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = `rgb(${canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)})`;
  }
  return canvas.fillStyle.slice(1);
}
