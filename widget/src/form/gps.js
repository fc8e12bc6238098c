// Where a photograph was taken, as its camera wrote it (Exif 2.32, 4.6.6), in JPEG, PNG and WebP.

const EXIF = 0x45786966; // "Exif"
const HEAD = 1 << 18; // a JPEG and a PNG have it near their beginning

/**
 * @param {Blob} photo
 * @returns {Promise<{ lat: number, lon: number } | null>} null if it does not say, or says nonsense
 */
export async function readPlace(photo) {
  try {
    const part = photo.type === "image/webp" ? photo : photo.slice(0, HEAD); // a WebP has it at its end
    return findPlace(new DataView(await part.arrayBuffer()));
  } catch {
    return null; // the file has gone from the device, or its offsets lead outside (RangeError)
  }
}

/** @param {DataView} view */
function findPlace(view) {
  const start = findTiff(view);
  return start ? readGps(view, start) : null;
}

/**
 * @param {DataView} view
 * @returns {number} where the TIFF structure of the Exif begins; 0 if there is none
 */
function findTiff(view) {
  const magic = view.getUint32(0);
  if (magic >>> 16 === 0xffd8) {
    return findInJpeg(view);
  }
  if (magic === 0x89504e47) {
    return findInChunks(view, { at: 8, name: 4, length: 0, little: false, wanted: 0x65584966, around: 12 }); // eXIf
  }
  if (magic === 0x52494646) {
    return findInChunks(view, { at: 12, name: 0, length: 4, little: true, wanted: 0x45584946, around: 8 }); // RIFF, EXIF
  }
  return 0;
}

/** @param {DataView} view */
function findInJpeg(view) {
  let at = 2;
  while (view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xda) {
      break; // the picture itself
    }
    if (marker === 0xe1 && view.getUint32(at + 4) === EXIF) {
      return at + 10;
    }
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return 0;
}

/**
 * @param {DataView} view
 * @param {{ at: number, name: number, length: number, little: boolean, wanted: number, around: number }} format
 */
function findInChunks(view, { at, name, length, little, wanted, around }) {
  while (view.getUint32(at + name) !== wanted) {
    const size = view.getUint32(at + length, little);
    at += around + size + (little ? size & 1 : 0); // chunks of a WebP are padded
  }
  return at + 8 + (view.getUint32(at + 8) === EXIF ? 6 : 0);
}

/**
 * @param {DataView} view
 * @param {number} start
 */
function readGps(view, start) {
  const little = view.getUint16(start) === 0x4949;
  /** @param {number} at */
  const long = (at) => view.getUint32(start + at, little);
  /** @param {number} directory @param {number} tag @returns {number} where the value stands */
  const find = (directory, tag) => {
    for (let left = view.getUint16(start + directory, little), at = directory + 2; left--; at += 12) {
      if (view.getUint16(start + at, little) === tag) {
        return at + 8;
      }
    }
    throw new RangeError();
  };
  const gps = long(find(long(4), 0x8825));
  /** @param {number} tag @param {string} letters */
  const degrees = (tag, letters) => {
    const sign = letters.indexOf(String.fromCharCode(view.getUint8(start + find(gps, tag))).toUpperCase());
    const value = find(gps, tag + 1);
    const at = long(value - 4) === 3 ? long(value) : view.byteLength; // three fractions, or a RangeError
    /** @param {number} index */
    const part = (index) => long(at + 8 * index) / long(at + 8 * index + 4);
    const [whole, minutes, seconds] = [part(0), part(1), part(2)];
    const sum = whole + minutes / 60 + seconds / 3600;
    return minutes <= 60 && seconds <= 60 ? [sum, -sum][sign] ?? NaN : NaN;
  };
  const lat = degrees(1, "NS");
  const lon = degrees(3, "EW");
  const isPlace = Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && (lat || lon); // (0, 0) is a camera without a fix
  return isPlace ? { lat: rounded(lat), lon: rounded(lon) } : null;
}

/** @param {number} degrees to a tenth of a metre */
function rounded(degrees) {
  return Math.round(degrees * 1e6) / 1e6;
}
