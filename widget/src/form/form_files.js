// The files of one form: the list that its reader sees, and what is sent of it.
import { CHANGED, POINT, tell } from "./events.js";
import { digestIn, drawPicture, drawRow, idIn, nameIn, part } from "./file_row.js";
import { announce } from "./live.js";
import { page, say } from "./page.js";
import { Transfer } from "./transfer.js";

/** @import { FormFile } from "./files.js" */

const TOLD = ["stored", "failed", "refused", "later"];

export class FormFiles {
  /** In the order of the list. @type {Map<Transfer, HTMLElement>} */
  rows = new Map();
  /** What a draft was told of each last; undefined: it is none of the form. @type {Map<Transfer, Blob | null | undefined>} */
  told = new Map();
  /** What was said of each last. @type {Map<Transfer, string>} */
  said = new Map();
  /** Whose place was offered. @type {Transfer | null} */
  guide = null;
  /** @type {Array<() => void>} */
  waiting = [];

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLInputElement} input
   */
  constructor(form, input) {
    this.form = form;
    this.input = input;
    this.list = part(form, "ul.kept", HTMLElement);
    this.title = part(form, ".kept-title", HTMLElement);
    this.blank = part(form, "template.kept-row", HTMLTemplateElement);
    this.trouble = makeTrouble(input);
    for (const row of this.list.children) {
      this.adopt(/** @type {HTMLElement} */ (row));
    }
    this.list.addEventListener("click", (event) => this.press(event));
    form.addEventListener("formdata", (event) => this.addUnsent(event.formData));
    window.addEventListener("online", () => this.retry());
  }

  /**
   * Take what the resident has chosen.
   * @param {File[]} chosen
   */
  choose(chosen) {
    /** @type {Set<string>} */
    const sentences = new Set();
    const tooMany = [];
    for (const file of chosen) {
      const origin = `${file.name}:${file.size}:${file.lastModified}`;
      if (this.files.some((known) => known.origin === origin)) {
        sentences.add(say("files.twice", { name: file.name }));
      } else if (this.counted.length >= page.limits.files) {
        tooMany.push(file.name);
      } else {
        this.add(file, origin);
      }
    }
    if (tooMany.length) {
      sentences.add(say("files.too_many", { most: page.limits.files, names: tooMany.join(", ") }));
    }
    this.complain([...sentences]);
  }

  /**
   * Put back what a draft has kept.
   * @param {FormFile[]} files
   */
  restore(files) {
    for (const { key, id, name, size, content, digest = "" } of files) {
      if (this.files.some((file) => file.key === key || (id && file.id === id)) || !(id || content)) {
        continue;
      }
      const transfer = this.make(name, size);
      Object.assign(transfer, { key, id, content, digest });
      this.show(transfer);
      if (id) {
        this.said.set(transfer, "stored"); // it was when it came
        transfer.become("stored");
      } else {
        void transfer.start();
      }
    }
  }

  /** @returns {FormFile[]} all but those that the gateway will not have */
  listAll() {
    return this.counted.map(({ key, id, name, size, content, digest }) => ({ key, id, name, size, content, digest }));
  }

  /** @returns {Promise<boolean>} when nothing is under way: whether all are with the gateway */
  async settled() {
    while (this.files.some((file) => file.isUnderWay)) {
      await new Promise((resolve) => this.waiting.push(() => resolve(null)));
    }
    return this.files.every((file) => file.state === "stored");
  }

  get files() {
    return [...this.rows.keys()];
  }

  get counted() {
    return this.files.filter((file) => file.state !== "refused");
  }

  /**
   * @param {File} file
   * @param {string} origin
   */
  add(file, origin) {
    const transfer = this.make(file.name, file.size);
    Object.assign(transfer, { origin, content: file });
    this.show(transfer);
    const reason = whyNot(file, this.input.accept);
    if (reason) {
      transfer.refuse(reason);
    } else {
      void transfer.start();
    }
  }

  /**
   * @param {string} name
   * @param {number} size
   */
  make(name, size) {
    return new Transfer(name, size, (changed) => this.changed(changed));
  }

  /** @param {Transfer} file */
  show(file) {
    const row = part(/** @type {DocumentFragment} */ (this.blank.content.cloneNode(true)), "li", HTMLElement);
    this.rows.set(file, row);
    this.list.append(row);
    this.showList();
  }

  /**
   * A row that the server has drawn.
   * @param {HTMLElement} row
   */
  adopt(row) {
    const file = this.make(nameIn(row), 0);
    Object.assign(file, { key: idIn(row), id: idIn(row), digest: digestIn(row), state: "stored" });
    this.rows.set(file, row);
    this.told.set(file, null);
  }

  /** @param {Transfer} file */
  changed(file) {
    const row = this.rows.get(file);
    if (!row || !this.form.isConnected) {
      file.stop(); // it was taken away meanwhile, or the whole form was
    } else if (file.state === "stored" && this.isTwin(file)) {
      this.drop(file);
      if (file.origin) {
        this.complain([say("files.twice", { name: file.name })]); // the resident has chosen it, not a draft
      }
    } else {
      drawRow(row, file);
      this.report(file, row);
    }
  }

  /**
   * @param {Transfer} file
   * @param {HTMLElement} row
   */
  report(file, row) {
    const { state, content } = file;
    if (state === "uploads" && content) {
      drawPicture(row, content); // what was made smaller: the whole photo would take its memory again
    }
    if (TOLD.includes(state) && this.said.get(file) !== state) {
      this.said.set(file, state);
      announce(inWords(file));
    }
    const kept = state === "refused" ? undefined : content;
    if (!this.told.has(file) || this.told.get(file) !== kept) {
      this.told.set(file, kept);
      tell(this.form, CHANGED);
    }
    this.offerPlace();
    this.wake();
  }

  /** Whoever waits for the end looks again. */
  wake() {
    for (const resolve of this.waiting.splice(0)) {
      resolve();
    }
  }

  /** The first photo that knows where it was taken offers it, and no other as long as that one stays. */
  offerPlace() {
    if (this.guide && this.rows.has(this.guide)) {
      return;
    }
    this.guide = this.counted.find((file) => file.place) ?? null;
    if (this.guide?.place) {
      tell(this.form, POINT, { ...this.guide.place, from: "photo" });
    }
  }

  /** @param {Transfer} file */
  isTwin(file) {
    return this.files.some((other) => other !== file && other.digest && other.digest === file.digest);
  }

  /** @param {Event} event */
  press(event) {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const found = [...this.rows].find(([, row]) => row.contains(button));
    if (!button || !found) {
      return;
    }
    event.preventDefault();
    const [file, row] = found;
    if (button.name === "remove") {
      this.remove(file, row);
    } else {
      void file.again();
    }
  }

  /**
   * @param {Transfer} file
   * @param {HTMLElement} row
   */
  remove(file, row) {
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    const next = neighbour?.querySelector("[name=remove]") ?? this.input;
    this.drop(file);
    this.complain([]);
    /** @type {HTMLElement} */ (next).focus();
    announce(say("files.removed", { name: file.name }));
    this.offerPlace();
  }

  /** @param {Transfer} file */
  drop(file) {
    file.stop();
    this.rows.get(file)?.remove();
    this.rows.delete(file);
    this.showList();
    tell(this.form, CHANGED);
    this.wake();
  }

  showList() {
    this.list.hidden = this.title.hidden = !this.rows.size;
  }

  retry() {
    for (const file of this.files) {
      if (file.state === "later" && file.isCutOff) {
        void file.again();
      }
    }
  }

  /**
   * What is not with the gateway yet goes along with a form that is posted now: nothing that was chosen is lost.
   * @param {FormData} data
   */
  addUnsent(data) {
    for (const { content, name } of this.counted) {
      if (content) {
        data.append(this.input.name, content, name);
      }
    }
  }

  /** @param {string[]} sentences */
  complain(sentences) {
    this.trouble.replaceChildren(
      ...sentences.map((sentence) => {
        const line = document.createElement("p");
        line.textContent = sentence;
        return line;
      }),
    );
  }
}

/** @param {Transfer} file */
function inWords({ state, name, reason }) {
  return state === "stored" ? say("files.done", { name }) : say("files.not_done", { name, reason });
}

/**
 * @param {File} file
 * @param {string} accept of the control
 * @returns {string} why this cannot be added, empty if it may; what a file really is, the gateway will see
 */
function whyNot({ name, size, type }, accept) {
  if (!size) {
    return say("files.empty");
  }
  const suffix = /\.\w+$/.exec(name.toLowerCase())?.[0] ?? "";
  const isUnknown = !type || type === "application/octet-stream" || /hei[cf]/.test(type);
  return isUnknown || accept.split(",").some((one) => one === type || one === suffix) ? "" : say("files.unsupported");
}

/**
 * The place for what is wrong with a choice as a whole, tied to the control.
 * @param {HTMLInputElement} input
 */
function makeTrouble(input) {
  const place = document.createElement("div");
  place.className = "problem";
  place.id = `${input.id}-trouble`;
  place.setAttribute("role", "alert");
  input.before(place);
  input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${place.id}`.trim());
  return place;
}
