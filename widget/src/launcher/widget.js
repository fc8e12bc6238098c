// One widget as it stands in a page: the link, and what a click on it does.
import { dress } from "./looks.js";
import { make } from "./make.js";
import { whenNear } from "./near.js";
import { languageOf, withQuery } from "./settings.js";
import { styleSheet } from "./style.js";
import { TEXTS } from "./texts.js";

/** A form that is not there by then is not coming: another origin, a policy, a certificate, a dead server. */
const PATIENCE = 5000;

/**
 * On phones, and where zoom leaves no more than a phone has, the link opens the form page itself: a dialog would
 * cover the site anyway, the keyboard takes half of it, and storage, camera and place work best on a page of one's
 * own. Fingers alone are no reason: tablets have the room.
 */
const SMALL = "(max-width:639px),(max-height:479px)";

/**
 * @param {HTMLElement} element
 * @param {string} host the gateway's origin
 * @param {(host: string) => Promise<typeof import("./form.js")>} bring gives what opens the form
 * @returns how to redraw it, to end what it has begun, and its parts
 */
export function makeWidget(element, host, bring) {
  const root = element.attachShadow({ mode: "open" });
  const sheet = styleSheet();
  if (sheet) root.adoptedStyleSheets = [sheet];
  const box = make(root, "div", { class: "box", dir: "auto" });
  const intro = make(box, "p");
  const link = make(box, "a", { referrerpolicy: "origin" });
  const word = make(box, "p", { role: "status" });
  link.onfocus = link.onpointerenter = draw; // the site's colours may have changed
  link.onclick = click;

  let last = "";
  /** Browsers until 2023, at most, lack what the form needs around it; they have the link. */
  let isFailed = !sheet; // all that have these have <dialog>
  /** @type {ReturnType<typeof import("./form.js").makeForm> | null} */
  let form = null;
  /** Takes back what was begun; null when nothing was. @type {(() => void) | null} */
  let undo = null;

  const told = (/** @type {string} */ name) => element.getAttribute(name) || "";
  const words = () => /** @type {import("./texts.js").Words} */ (TEXTS[box.lang]);
  const isInline = () => told("mode") === "inline";
  const isLinkOnly = () => isFailed || matchMedia(SMALL).matches;

  /** Follow the attributes. What was typed stays, unless they now ask for another form. */
  function draw() {
    box.lang = languageOf(element);
    link.textContent = told("text") || words().link;
    introduce();
    const asked = { lang: box.lang, topic: told("topic"), address: told("address"), q: told("q") };
    const wanted = withQuery(`${host}/f/${encodeURIComponent(told("agency"))}`, asked);
    if (last !== wanted + told("mode")) stop();
    last = wanted + told("mode");
    link.href = withQuery(wanted, sheet ? dress(element, box) : {});
    if (isInline() && !undo && !isLinkOnly()) undo = whenNear(box, load);
  }

  function introduce() {
    intro.textContent = "";
    if (told("mode") === "banner") {
      make(intro, "b", {}, words().title);
      intro.append(words().intro);
    }
  }

  /** @param {MouseEvent} event */
  function click(event) {
    draw();
    const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (isElsewhere || isInline() || isLinkOnly()) return;
    event.preventDefault();
    if (form) form.open();
    else if (!undo) load();
  }

  function load() {
    if (undo) undo();
    word.textContent = words().loading;
    const timer = setTimeout(fail, PATIENCE);
    const settle = () => clearTimeout(timer);
    undo = settle;
    bring(host).then(({ makeForm }) => {
      if (undo !== settle) return; // gone or failed meanwhile
      form = makeForm({ box, link, words: words(), isInline: isInline() }, (event) => {
        if (event === "ready") show();
        else if (event === "blocked") fail();
        else tell(event);
      });
      form.open();
    }, fail);
  }

  function show() {
    if (undo) undo();
    word.textContent = "";
    link.hidden = isInline();
  }

  /** From now on the link is a link, and says so. */
  function fail() {
    stop(true);
    isFailed = true;
    word.textContent = words().failed;
    tell("failed");
    if (told("mode") === "none" && !form) link.click(); // else nobody would see anything
  }

  /** Leave nothing behind in the page. */
  function stop(hasFailed = false) {
    if (undo) undo();
    undo = null;
    if (form) form.stop(hasFailed);
    if (!hasFailed) form = null;
    word.textContent = box.style.minHeight = "";
    link.hidden = false;
  }

  /** @param {string} what */
  function tell(what) {
    element.dispatchEvent(new CustomEvent(`otklik:${what}`, { bubbles: true, composed: true }));
  }

  return { draw, stop, link, close: () => form && form.close() };
}
