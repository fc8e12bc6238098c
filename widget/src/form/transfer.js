// One file on its way to the gateway: looked at, made smaller, uploaded, tried again until it is there.
import { readPlace } from "./gps.js";
import { page, say } from "./page.js";
import { shrink } from "./photo.js";
import { upload } from "./upload.js";

/** @import { Outcome, Stored } from "./upload.js" */

/**
 * @typedef {"queued" | "prepares" | "uploads" | "checks" | "later" | "failed" | "refused" | "stored"} State
 */

const AT_ONCE = 2;
const LONGEST_PAUSE = 30; // seconds
const UNDER_WAY = ["queued", "prepares", "uploads", "checks"];

let lastKey = 0;

export class Transfer {
  /** @type {State} */
  state = "queued";
  /** @type {string | null} */
  id = null;
  /** Why it is not there, in words. */
  reason = "";
  /** The share that has left. */
  share = 0;
  /** @type {{ lat: number, lon: number } | null} */
  place = null;
  /** SHA-256 of what was uploaded, as far as it is known. */
  digest = "";
  /** Where the file was chosen from, as far as a page may know it: the same file again has the same. */
  origin = "";
  /** What is still to be uploaded; null once the gateway has it. @type {Blob | null} */
  content = null;
  key = `${Date.now().toString(36)}-${++lastKey}`;

  /** Whether it waits for the network. */
  isCutOff = false;
  isReady = false;
  tries = 0;
  turn = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
  abort = () => {};

  /**
   * @param {string} name
   * @param {number} size
   * @param {(transfer: Transfer) => void} changed told of every change
   */
  constructor(name, size, changed) {
    this.name = name;
    this.size = size;
    this.changed = changed;
  }

  get isUnderWay() {
    return UNDER_WAY.includes(this.state);
  }

  /** Begin, or begin anew. */
  async start() {
    const turn = this.stop();
    this.become("queued");
    const leave = await enter();
    try {
      await this.run(() => turn === this.turn);
    } finally {
      leave();
    }
  }

  /** Begin anew because something has changed: the connection is back, somebody asks for it. */
  again() {
    this.tries = 0;
    return this.start();
  }

  /** Whatever is under way comes to nothing. */
  stop() {
    clearTimeout(this.timer);
    this.abort();
    return ++this.turn;
  }

  /** @param {() => boolean} isWanted */
  async run(isWanted) {
    if (isWanted() && !this.isReady) {
      await this.prepare(isWanted);
    }
    if (!isWanted() || !this.content || this.state === "refused") {
      return;
    }
    const isThere = await isReadable(this.content);
    if (!isWanted()) {
      return;
    }
    if (!isThere) {
      this.refuse(say("files.unreadable"));
      return;
    }
    await this.send(this.content, isWanted);
  }

  /**
   * @param {Blob} content
   * @param {() => boolean} isWanted
   */
  async send(content, isWanted) {
    this.share = 0;
    this.become("uploads");
    const { ended, abort } = upload(content, this.name, (share) => isWanted() && this.progress(share));
    this.abort = abort;
    const outcome = await ended;
    if (isWanted()) {
      this.settle(outcome);
    }
  }

  /** @param {() => boolean} isWanted */
  async prepare(isWanted) {
    const original = this.content;
    if (!original) {
      return;
    }
    this.become("prepares");
    const place = await readPlace(original);
    const content = await shrink(original);
    if (!isWanted()) {
      return;
    }
    Object.assign(this, { place, content, size: content.size, isReady: true });
    if (content.size > page.limits.fileBytes) {
      this.refuse(say("files.too_large", { size: sizeInWords(page.limits.fileBytes) }));
    }
  }

  /** @param {number} share */
  progress(share) {
    this.share = share;
    this.become(share < 1 ? "uploads" : "checks");
  }

  /** @param {Outcome} outcome */
  settle(outcome) {
    if (outcome.kind === "stored") {
      this.take(outcome.stored);
    } else if (outcome.kind === "later") {
      const pause = outcome.seconds || Math.min(2 ** ++this.tries, LONGEST_PAUSE);
      this.timer = setTimeout(() => this.start(), pause * 1000);
      this.isCutOff = !outcome.online;
      this.reason = outcome.online ? say("files.busy") : say("files.offline");
      this.become("later");
    } else {
      this.reason = outcome.reason || say("files.failed");
      this.become(outcome.kind);
    }
  }

  /** @param {string} reason */
  refuse(reason) {
    this.reason = reason;
    this.become("refused");
  }

  /** @param {Stored} stored */
  take(stored) {
    const { id, name, size, digest, suggested_place: suggested } = stored;
    Object.assign(this, { id, name, size, digest, place: this.place ?? suggested, content: null });
    this.become("stored");
  }

  /** @param {State} state */
  become(state) {
    this.state = state;
    this.changed(this);
  }
}

/**
 * It may be a folder, or have gone from the device; a request would only say that the line is dead.
 * @param {Blob} content
 */
function isReadable(content) {
  return content
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );
}

/** @param {number} bytes */
export function sizeInWords(bytes) {
  const kilobytes = Math.max(1, Math.round(bytes / 1024));
  if (kilobytes < 1024) {
    return say("files.kilobytes", { size: kilobytes });
  }
  const size = (bytes / 1024 ** 2).toLocaleString(page.lang, { maximumFractionDigits: 1 });
  return say("files.megabytes", { size });
}

let inside = 0;
/** @type {Array<() => void>} */
const waiting = [];

/** Wait for a turn: a phone has memory for few photos at once, and its line is no faster with more. */
async function enter() {
  if (inside === AT_ONCE) {
    await new Promise((resolve) => waiting.push(() => resolve(null)));
  } else {
    inside++;
  }
  return () => {
    const next = waiting.shift();
    if (next) {
      next();
    } else {
      inside--;
    }
  };
}
