// When the draft is written and put back: while one types, before the page goes, on a blank form.
import { fillContact, keepContact } from "./contact.js";
import { emptyForm, fillForm, followPoint, freshen, isEmpty, keyControl, drawKey, readDraft } from "./draft.js";
import { CHANGED, LEAVING, SENT } from "./events.js";
import { canKeep, findDraft, forgetDraft, forgetDrafts, keepDraft } from "./keep.js";
import { showNotice } from "./notice.js";
import { page } from "./page.js";
import { DETAIL } from "./details.js";
import { drawShelf, isShared } from "./shelf.js";
import { dropTail, keepTail, withTail } from "./tail.js";

/** @typedef {import("./draft.js").Draft} Draft */
/** @typedef {import("./keep.js").Kept} Kept */

/**
 * A form whose draft is being kept.
 * @typedef {object} Keeping
 * @property {HTMLFormElement} form
 * @property {string} agency
 * @property {Draft | null} last as it was written last
 * @property {Kept} kept how much of it outlives the page
 * @property {boolean} isDirty whether something has changed since it was read last
 * @property {boolean} isWritten whether all that has changed is written
 * @property {Promise<void>} ready when the draft of the last visit is back
 * @property {(kept: Kept) => void} show tells the resident
 */

const PAUSE = 400; // milliseconds after the last letter

/** The one that this page keeps; null where there is none, or nothing of it is needed. @type {Keeping | null} */
let current = null;

let timer = 0;

/** @param {HTMLFormElement} form */
export function enhanceDraft(form) {
  if (!page.agency || !form.querySelector("textarea[name=text]")) {
    return;
  }
  const show = drawShelf(form, () => void share(keeping));
  /** @type {Keeping} */
  const keeping = { form, agency: page.agency, last: null, kept: "all", isDirty: false, isWritten: true, ready: Promise.resolve(), show };
  watchPage();
  follow(keeping);
  current = keeping;
  keeping.ready = open(keeping);
}

/** The review page changes nothing of a draft but the gist and what the topic asks. @param {HTMLFormElement} form */
export function enhanceReview(form) {
  const [agency, gist] = [page.agency, form.querySelector("#gist")];
  form.addEventListener(SENT, () => {
    current = null; // of the form that stood here before
    guard(false);
    dropTail(agency ?? "");
  });
  if (!agency || !(gist instanceof HTMLInputElement) || form.querySelector("textarea[name=text]")) {
    return;
  }
  form.addEventListener("change", async ({ target }) => {
    const control = /** @type {HTMLInputElement} */ (target);
    const isKept = control === gist || control.name.startsWith(DETAIL);
    const draft = isShared() || !isKept ? null : await findDraft(agency);
    if (draft) {
      await keepDraft(agency, { ...draft, values: { ...draft.values, [control.name]: control.value } });
    }
  });
}

/** @param {Keeping} keeping */
function follow(keeping) {
  const { form } = keeping;
  followPoint(form);
  for (const name of ["input", "change", CHANGED]) {
    form.addEventListener(name, () => touch(keeping));
  }
  form.addEventListener("click", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.type === "file") {
      hurry(); // a phone may end the tab while its camera is open
    }
  });
  form.addEventListener(LEAVING, guard.bind(null, false));
  form.addEventListener(SENT, () => {
    current = null;
    if (!isShared()) {
      keepContact(form, keeping.agency);
    }
    guard(false);
    dropTail(keeping.agency);
    void forgetDraft(keeping.agency);
  });
}

/** @param {Keeping} keeping */
async function open(keeping) {
  const { form, agency } = keeping;
  const stored = isShared() ? null : await findDraft(agency);
  const found = isShared() ? null : withTail(agency, stored);
  if (!(await canKeep())) {
    keeping.kept = "nothing";
  }
  keeping.last = found;
  if (!form.hasAttribute("data-blank")) {
    keeping.isDirty = !isEmpty(readDraft(form, found)); // what the gateway has drawn is what counts
    void save(keeping);
    return;
  }
  fillContact(form, agency);
  const own = keyOfVisit();
  if (found && (own === found.key || !own || isEmpty(readDraft(form, null)))) {
    keeping.isDirty ||= found !== stored;
    putBack(keeping, found);
  } else if (own) {
    setKey(form, own);
  }
  noteKey(form);
}

/**
 * @param {Keeping} keeping
 * @param {Draft} found
 */
function putBack(keeping, found) {
  const { form, agency } = keeping;
  const draft = freshen(found);
  if (!draft || isEmpty(draft)) {
    void forgetDraft(agency);
    return;
  }
  const { isDirty } = keeping;
  setKey(form, draft.key);
  if (fillForm(form, draft)) {
    const lost = found.files.length - draft.files.length;
    showNotice(form, draft.at, lost, { startAnew: () => startAnew(keeping), putBack: () => again(keeping, draft) });
  }
  clearTimeout(timer); // what was put back is written already
  keeping.isDirty = isDirty;
  keeping.isWritten = !isDirty;
  keeping.show(keeping.kept);
  void save(keeping);
}

/** @param {Keeping} keeping */
function startAnew(keeping) {
  emptyForm(keeping.form);
  setKey(keeping.form, drawKey());
  noteKey(keeping.form);
}

/**
 * @param {Keeping} keeping
 * @param {Draft} draft
 */
function again(keeping, draft) {
  setKey(keeping.form, draft.key);
  noteKey(keeping.form);
  keeping.last = draft;
  fillForm(keeping.form, draft);
}

/** @param {Keeping} keeping */
function touch(keeping) {
  current ??= keeping; // somebody has come back to what was sent, and goes on
  keeping.isDirty = true;
  keeping.isWritten = false;
  keeping.show(keeping.kept);
  if (keeping.kept === "nothing") guard(true); // the pause before saving is long enough to lose a text in
  clearTimeout(timer);
  timer = window.setTimeout(() => void save(keeping), PAUSE);
}

/** @param {Keeping} keeping */
async function save(keeping) {
  clearTimeout(timer);
  await keeping.ready;
  if (current !== keeping || !keeping.isDirty) {
    return;
  }
  keeping.isDirty = false;
  const draft = readDraft(keeping.form, keeping.last);
  keeping.kept = isShared() ? "nothing" : await store(keeping, draft);
  keeping.last = draft;
  if (!keeping.isDirty) {
    keeping.isWritten = true;
    dropTail(keeping.agency);
  }
  keeping.show(keeping.kept);
  guard(current === keeping && wouldBeLost(keeping, draft));
}

/**
 * @param {Keeping} keeping
 * @param {Draft} draft
 * @returns {Promise<Kept>}
 */
async function store(keeping, draft) {
  keepContact(keeping.form, keeping.agency);
  if (isEmpty(draft)) {
    await forgetDraft(keeping.agency);
    return keeping.kept;
  }
  return keepDraft(keeping.agency, draft);
}

/** Write what is not written yet; what lies in the tab's memory is there even if the page goes now. */
function hurry() {
  if (current && !current.isWritten && !isShared()) {
    keepContact(current.form, current.agency);
    if (current.kept !== "nothing") {
      keepTail(current.agency, readDraft(current.form, current.last));
    }
    void save(current);
  }
}

/** @param {Keeping} keeping */
async function share(keeping) {
  if (isShared()) {
    await forgetDrafts(); // the tab has forgotten by itself
  }
  touch(keeping);
}

/**
 * @param {Keeping} keeping
 * @param {Draft} draft
 */
function wouldBeLost(keeping, draft) {
  const unsent = draft.files.some((file) => !file.id);
  return !isEmpty(draft) && (keeping.kept === "nothing" || (keeping.kept === "words" && unsent));
}

/** Have the browser ask before the page goes; only while something would be lost, as asking slows pages down. */
function guard(/** @type {boolean} */ on) {
  window[on ? "addEventListener" : "removeEventListener"]("beforeunload", ask);
}

/** @param {Event} event */
function ask(event) {
  event.preventDefault();
  event.returnValue = true;
}

let isWatching = false;

function watchPage() {
  if (isWatching) {
    return;
  }
  isWatching = true;
  window.addEventListener("pagehide", hurry);
  document.addEventListener("visibilitychange", hurry);
  window.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) {
      guard(false);
    }
  });
}

/** Going back to a form brings its key back, though the draft is gone: what was sent under it is not sent twice. */
function keyOfVisit() {
  return /** @type {string | undefined} */ (history.state?.otklikKey);
}

/** @param {HTMLFormElement} form */
function noteKey(form) {
  history.replaceState({ ...history.state, otklikKey: keyControl(form)?.value }, "");
}

/**
 * @param {HTMLFormElement} form
 * @param {string} key
 */
function setKey(form, key) {
  const control = keyControl(form);
  if (control) {
    control.value = key;
  }
}
