'use strict';

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
  const body = JSON.stringify(value);
  if (body === undefined) throw new TypeError(`a function cannot answer with a value of type ${typeof value}`);
  return { type: 'application/json', body };
}

/** @param {string | Uint8Array} body @returns {number} its bytes */
function lengthOf(body) {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.length;
}

module.exports = { rawBytes, toBody, lengthOf };
