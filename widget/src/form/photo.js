// A photograph made smaller before it is sent: the line of a phone is slow, and nobody needs twelve megapixels of a pit.

const LONGEST = 2560; // pixels
const LIGHT = 1.5 * 1024 * 1024;
const NOT_WORTH_IT = 512 * 1024;
const QUALITY = 0.85;

/**
 * @param {Blob} photo
 * @returns {Promise<Blob>} the same picture in fewer bytes; the photo itself wherever that cannot be had
 */
export async function shrink(photo) {
  if (photo.size < NOT_WORTH_IT || !/^image\/(jpeg|png|webp)$/.test(photo.type) || !canvasIsTrue()) {
    return photo;
  }
  const url = URL.createObjectURL(photo);
  try {
    return await redraw(photo, url);
  } catch {
    return photo; // damaged, or too large for this device: the gateway will see
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * @param {Blob} photo
 * @param {string} url
 */
async function redraw(photo, url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  const scale = LONGEST / Math.max(image.naturalWidth, image.naturalHeight);
  if (scale >= 1 && photo.size <= LIGHT) {
    return photo;
  }
  const canvas = draw(image, Math.min(1, scale));
  const types = photo.type === "image/png" ? ["image/jpeg", "image/png"] : ["image/jpeg"];
  let best = photo;
  for (const type of types) {
    const drawn = await encode(canvas, type);
    best = drawn && drawn.size < best.size ? drawn : best;
  }
  canvas.width = canvas.height = 0; // Safari frees its memory late otherwise
  return best;
}

/**
 * An image element is drawn the right way up, as its Exif says, by every browser that can run this.
 * @param {HTMLImageElement} image
 * @param {number} scale
 */
function draw(image, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  const pen = pen2d(canvas);
  pen.fillStyle = "#fff"; // what is transparent would become black
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} type
 * @returns {Promise<Blob | null>}
 */
function encode(canvas, type) {
  return new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
}

/** Browsers that hide who their reader is put noise in the place of what was drawn; photos must not go through that. */
function canvasIsTrue() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 8;
  const pen = pen2d(canvas);
  pen.fillStyle = "#369";
  pen.fillRect(0, 0, 8, 8);
  const pixels = pen.getImageData(0, 0, 8, 8).data;
  return pixels.every((value, index) => value === [0x33, 0x66, 0x99, 0xff][index % 4]);
}

/** @param {HTMLCanvasElement} canvas */
function pen2d(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
}
