'use strict';

// What JSON makes `{}` of without a word, by Object.prototype.toString.
const LOST_IN_JSON = new Set([
  'Map', 'Set', 'WeakMap', 'WeakSet', 'Generator', 'Map Iterator', 'Set Iterator', 'Array Iterator', 'Blob', 'File', 'FormData',
  'Headers', 'Request', 'URLSearchParams', 'RegExp', 'Promise',
]);

/** @param {unknown} value @returns {string} the kind of an object, as `Map` */
function kindOf(value) {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** @param {unknown} value @returns {boolean} whether it is a web-standard Response, of Node.js or of a library */
function isResponse(value) {
  return typeof value === 'object' && value !== null && kindOf(value) === 'Response' && typeof value.status === 'number';
}

/** @param {unknown} value @returns {boolean} of any realm */
function isError(value) {
  return value instanceof Error || kindOf(value) === 'Error';
}

/**
 * Bytes of a string or of anything that is bytes already, undefined for other values.
 *
 * @param {unknown} value
 * @returns {string | Uint8Array | undefined}
 */
function rawBytes(value) {
  if (typeof value === 'string' || value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return value instanceof ArrayBuffer ? Buffer.from(value) : undefined;
}

/**
 * The bytes and the content type of a value that is no stream.
 *
 * @param {unknown} value
 * @returns {{type?: string, body: string | Uint8Array}}
 */
function toBody(value) {
  if (value === undefined || value === null) return { body: '' };
  const raw = rawBytes(value);
  if (raw !== undefined) return { type: typeof raw === 'string' ? 'text/plain; charset=utf-8' : 'application/octet-stream', body: raw };
  const kind = kindOf(value);
  if (LOST_IN_JSON.has(kind) && typeof value.toJSON !== 'function') throw cannotReturn(kind);
  const body = JSON.stringify(value);
  if (body === undefined) throw cannotReturn(typeof value);
  return { type: 'application/json', body };
}

function cannotReturn(kind) {
  return new TypeError(`a function cannot return a value of type ${kind}: return text, bytes, a stream, a Response, or what JSON can hold`);
}

/** @param {string | Uint8Array} body @returns {number} its bytes */
function lengthOf(body) {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.length;
}

module.exports = { isError, isResponse, lengthOf, rawBytes, toBody };
