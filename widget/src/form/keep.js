// Where drafts outlive the page: IndexedDB of this browser, one draft an agency, contents of unsent files beside it.
// Browsers may refuse it (private windows, blocked storage, a full disk): then nothing is kept, and the answers say so.

/** @typedef {import("./draft.js").Draft} Draft */

/**
 * How much of a draft is kept: all of it, all but files that are still to be uploaded, nothing.
 * @typedef {"all" | "words" | "nothing"} Kept
 */

const [DRAFTS, CONTENTS] = ["drafts", "contents"];
const OPENING = 3000; // milliseconds; some embedded browsers never answer

/** @type {Promise<IDBDatabase> | null} */
let opening = null;

/** Contents that are there already: a photo is written once, not with every letter. @type {Set<string>} */
const written = new Set();

/** @returns {Promise<boolean>} whether this browser keeps anything at all */
export async function canKeep() {
  return (await attempt(async () => open())) !== null;
}

/**
 * @param {string} agency
 * @returns {Promise<Draft | null>} the draft, its unsent files with their contents
 */
export async function findDraft(agency) {
  return attempt(() =>
    transact("readonly", async (drafts, contents) => {
      /** @type {Draft | undefined} */
      const draft = await result(drafts.get(agency));
      for (const file of draft?.files ?? []) {
        file.content = file.id ? null : ((await result(contents.get([agency, file.key]))) ?? null);
      }
      return draft ?? null;
    }),
  );
}

/**
 * @param {string} agency
 * @param {Draft} draft
 * @returns {Promise<Kept>}
 */
export async function keepDraft(agency, draft) {
  if (await attempt(() => write(agency, draft, draft.files))) {
    return "all";
  }
  const uploaded = draft.files.filter((file) => file.id);
  return (await attempt(() => write(agency, { ...draft, files: uploaded }, []))) ? "words" : "nothing";
}

/** @param {string} agency */
export async function forgetDraft(agency) {
  written.clear();
  await attempt(() =>
    transact("readwrite", async (drafts, contents) => {
      drafts.delete(agency);
      contents.delete(IDBKeyRange.bound([agency], [agency, []]));
    }),
  );
}

/** Forget every agency's draft: somebody else sits down here next. */
export async function forgetDrafts() {
  written.clear();
  await attempt(() =>
    transact("readwrite", async (drafts, contents) => {
      drafts.clear();
      contents.clear();
    }),
  );
}

/**
 * @param {string} agency
 * @param {Draft} draft
 * @param {Draft["files"]} files
 */
async function write(agency, draft, files) {
  const unsent = new Map(files.filter((file) => file.content && !file.id).map((file) => [file.key, file.content]));
  const fresh = [...unsent].filter(([key]) => !written.has(key));
  const gone = [...written].filter((key) => !unsent.has(key));
  await transact("readwrite", async (drafts, contents) => {
    drafts.put({ ...draft, files: draft.files.map((file) => ({ ...file, content: null })) }, agency);
    fresh.forEach(([key, content]) => contents.put(content, [agency, key]));
    gone.forEach((key) => contents.delete([agency, key]));
  });
  fresh.forEach(([key]) => written.add(key));
  gone.forEach((key) => written.delete(key));
  return true;
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(drafts: IDBObjectStore, contents: IDBObjectStore) => Promise<T>} work
 * @returns {Promise<T>} what the work gives, once it is on the disk
 */
async function transact(mode, work) {
  const transaction = (await open()).transaction([DRAFTS, CONTENTS], mode);
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
  const working = work(transaction.objectStore(DRAFTS), transaction.objectStore(CONTENTS));
  if (mode === "readwrite") {
    transaction.commit?.(); // else a page that is being closed takes it along
  }
  const [given] = await Promise.all([working, done]);
  return given;
}

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("otklik", 1);
    request.onupgradeneeded = () => [DRAFTS, CONTENTS].forEach((name) => request.result.createObjectStore(name));
    request.onsuccess = () => resolve(letGo(request.result));
    request.onerror = () => reject(request.error);
    setTimeout(reject, OPENING);
  });
  return opening;
}

/**
 * Browsers close a database that is to be deleted or made anew, and Safari after a long sleep: the next one who needs
 * it opens it again.
 * @param {IDBDatabase} database
 */
function letGo(database) {
  database.onclose = database.onversionchange = () => {
    database.close();
    opening = null;
    written.clear();
  };
  return database;
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T | null>} null where the browser refuses
 */
async function attempt(work) {
  try {
    return await work();
  } catch {
    return null;
  }
}
