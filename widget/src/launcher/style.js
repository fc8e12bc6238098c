// The widget's own style sheet, which no page can reach into and no policy forbids, as it is no <style> element.
// On :host, `!important` inside the shadow beats `!important` of the page around it (CSS Cascading 4, 6.1).
// System colours follow the page's `color-scheme`: one set of rules for light, dark and forced colours. On a light
// accent the words turn black by themselves where the browser can tell (black and white contrast alike at a lightness of 49).

const CSS =
  ":host{all:initial!important;display:inline-block!important;color-scheme:inherit!important}" +
  ":host([mode=inline]),:host([mode=banner]){display:block!important}" +
  ":host([mode=none]){position:fixed!important}" +
  ":host([scheme=light]){color-scheme:light!important}" +
  ":host([scheme=dark]){color-scheme:dark!important}" +
  ":host([hidden]),[hidden],p:empty,:host([mode=none]) .box>a{display:none!important}" +
  ".box{--accent:var(--otklik-accent,#0b4ea2);--corner:var(--otklik-corner,6px);" +
  "border-radius:var(--corner);caret-color:var(--accent);color:CanvasText;" +
  'font:max(1rem,16px)/1.5 var(--otklik-font,"PT Sans",system-ui,sans-serif)}' +
  ":host([mode=banner]) .box{padding:20px;border:solid #8886;border-width:1px 1px 1px 5px;" +
  "border-left-color:var(--accent);background:Canvas}" +
  "p{margin:0 0 12px}" +
  "b{display:block;font-size:1.2em}" +
  "a{display:inline-block;padding:8px 20px;border:2px solid transparent;border-radius:var(--corner);" +
  "background:var(--accent);color:var(--otklik-on-accent,#fff);font-weight:700;text-decoration:none}" +
  "@supports(color:lch(from red l 0 0)){" +
  "a{color:var(--otklik-on-accent,lch(from var(--accent) calc((49 - l)*99) 0 0))}}" +
  "a:hover{text-decoration:underline}" +
  ":focus-visible{outline:2px solid #fff;box-shadow:0 0 0 5px #123}" +
  "a+p{margin:12px 0;background:Canvas}";

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** One for all widgets of the page; undefined where a script cannot make one. */
export function styleSheet() {
  if ("adoptedStyleSheets" in document) sheet = sheet || sheetOf(CSS);
  return sheet;
}

/** @param {string} css */
export function sheetOf(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}
