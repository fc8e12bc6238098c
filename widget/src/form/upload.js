// One request that brings one file to the gateway.
import { page } from "./page.js";

/**
 * What the gateway says of a file that it has taken.
 * @typedef {object} Stored
 * @property {string} id
 * @property {string} name
 * @property {number} size
 * @property {string} digest
 * @property {{ lat: number, lon: number } | null} suggested_place
 */

/**
 * How it ended. `later`: the same may be tried again, after `seconds` if the gateway has asked for a time. `refused`:
 * the file is no good; `failed`: something else is. `reason` is in the reader's language, empty if nobody gave one.
 * @typedef {{ kind: "stored", stored: Stored }
 *   | { kind: "later", seconds: number, online: boolean }
 *   | { kind: "refused" | "failed", reason: string }} Outcome
 */

const SILENCE = 60_000; // ms without a byte: the line is dead
const LATER = [408, 429, 502, 503, 504];
const REFUSED = [413, 415, 422];

/**
 * @param {Blob} content
 * @param {string} name
 * @param {(share: number) => void} progress told the share that has left, 1 when the gateway works on it
 * @returns {{ ended: Promise<Outcome>, abort: () => void }}
 */
export function upload(content, name, progress) {
  const request = new XMLHttpRequest(); // fetch tells nothing of its progress
  const body = new FormData();
  body.append("file", content, name);
  request.open("POST", `/api/v1/attachments?${new URLSearchParams({ agency: page.agency ?? "", lang: page.lang })}`);
  request.responseType = "json";
  return { ended: send(request, body, progress), abort: () => request.abort() };
}

/**
 * @param {XMLHttpRequest} request
 * @param {FormData} body
 * @param {(share: number) => void} progress
 * @returns {Promise<Outcome>}
 */
function send(request, body, progress) {
  return new Promise((resolve) => {
    /** @type {ReturnType<typeof setTimeout>} */
    let watch;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => request.abort(), SILENCE);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      alive();
      progress(loaded / total);
    };
    request.upload.onload = () => {
      alive();
      progress(1);
    };
    request.onloadend = () => {
      clearTimeout(watch);
      resolve(read(request));
    };
    alive();
    request.send(body);
  });
}

/**
 * @param {XMLHttpRequest} request
 * @returns {Outcome}
 */
function read(request) {
  const { status, response } = request;
  if (status === 201 && response) {
    return { kind: "stored", stored: response };
  }
  if (!status || LATER.includes(status)) {
    const seconds = status ? Number(request.getResponseHeader("Retry-After")) || 0 : 0;
    return { kind: "later", seconds, online: status > 0 };
  }
  const error = response?.error;
  const reason = error?.fields?.file?.message ?? error?.message ?? "";
  return { kind: REFUSED.includes(status) ? "refused" : "failed", reason };
}
