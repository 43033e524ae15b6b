'use strict';

// What fetch decodes on every Node.js that this runs on; zstd came later.
const DECODED = new Set(['gzip', 'x-gzip', 'deflate', 'br']);
const ENCODINGS = new Set([...DECODED, 'zstd']);
const LARGEST_SAMPLE = 1024 * 1024;

/**
 * Whether fetch has decoded the body of a response but kept the headers that describe the encoded one.
 *
 * @param {Response} response with a body
 * @param {string} encoding its `content-encoding`, in lower case
 * @returns {boolean | undefined} undefined when only the body can show it: `new Response(origin.body, origin)` copies the headers
 */
function hidesDecoding(response, encoding) {
  const names = encoding.split(',').map((each) => each.trim());
  if (!names.every((each) => ENCODINGS.has(each))) return false; // fetch does not decode an encoding that it does not know
  const isOfOrigin = Boolean(response.url); // a Response that was constructed has no URL
  return isOfOrigin && names.every((each) => DECODED.has(each)) ? true : undefined;
}

/**
 * Whether a body is encoded as its header claims, judged by its first bytes; in doubt, yes.
 *
 * @param {string} encoding
 * @param {string | Uint8Array} [first] the first piece, undefined for an empty body
 * @returns {boolean}
 */
function isStillEncoded(encoding, first = '') {
  const bytes = Buffer.from(first);
  const last = encoding.split(',').at(-1).trim();
  if (last === 'gzip' || last === 'x-gzip') return bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (last === 'deflate') return (bytes[0] & 0x0f) === 8 && ((bytes[0] << 8) | bytes[1]) % 31 === 0;
  if (last === 'zstd') return bytes.length >= 4 && bytes.readUInt32LE(0) === 0xfd2fb528;
  return last !== 'br' || isBrotli(bytes);
}

/** Brotli has no magic number, but text is rarely valid Brotli for long. */
function isBrotli(bytes) {
  const { constants, brotliDecompressSync } = require('node:zlib'); // not needed for a start
  try {
    brotliDecompressSync(bytes, { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength: LARGEST_SAMPLE });
    return true;
  } catch (error) {
    return error.code === 'ERR_BUFFER_TOO_LARGE';
  }
}

module.exports = { hidesDecoding, isStillEncoded };
