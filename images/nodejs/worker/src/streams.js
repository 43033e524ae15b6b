'use strict';

const { lengthOf, rawBytes } = require('./body.js');
const { Failure } = require('./errors.js');

const READER = Symbol('reader');
const EMPTY = Buffer.alloc(0);

/**
 * Reads a request's body and hands it to `done(invocation, body)`; a body over the limit fails the invocation.
 *
 * @param {import('./invocation.js').Invocation} invocation
 * @param {(invocation: import('./invocation.js').Invocation, body: Buffer) => void} done
 */
function readBody(invocation, done) {
  const { req } = invocation;
  const length = req.headers['content-length'];
  const isChunked = req.headers['transfer-encoding'] !== undefined;
  if (length === '0' || (length === undefined && !isChunked)) return done(invocation, EMPTY);
  if (length > limitOf(invocation)) return tooLarge(invocation);
  req[READER] = { invocation, done, chunks: [], size: 0 };
  req.on('data', onData).on('end', onEnd);
}

function limitOf({ worker }) {
  return worker.options.maxEventSize;
}

/** Whether an event is announced as too large; then it has failed. @param {import('./invocation.js').Invocation} invocation */
function isTooLarge(invocation) {
  const { kind, req } = invocation;
  const isOver = kind.isEvent && req.headers['content-length'] > limitOf(invocation);
  if (isOver) tooLarge(invocation);
  return isOver;
}

/** Fails an invocation whose body is over the limit. @param {import('./invocation.js').Invocation} invocation */
function tooLarge(invocation) {
  invocation.reject(new Failure('PayloadTooLarge', `the request body is larger than ${limitOf(invocation)} bytes; POLYFN_MAX_EVENT_SIZE sets the limit`));
  invocation.req.resume(); // else a client that sends first and reads later never sees the response
}

function onData(chunk) {
  const reader = this[READER];
  reader.size += chunk.length;
  if (reader.size <= limitOf(reader.invocation)) return void reader.chunks.push(chunk);
  this.off('data', onData).off('end', onEnd);
  tooLarge(reader.invocation);
}

function onEnd() {
  const { invocation, done, chunks, size } = this[READER];
  if (!invocation.settled) done(invocation, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size));
}

/** @param {any} value @returns {boolean} whether sourceOf takes it */
function isStream(value) {
  if (typeof value !== 'object' || value === null) return false;
  return typeof value.getReader === 'function' || typeof value[Symbol.asyncIterator] === 'function';
}

/**
 * A uniform view of what can be streamed: a Node.js Readable, a web ReadableStream, an async iterable.
 *
 * @param {any} value
 * @returns {{next(): Promise<IteratorResult<any>>, stop(): void} | undefined} undefined for any other value
 */
function sourceOf(value) {
  if (!isStream(value)) return undefined;
  if (typeof value.getReader === 'function') {
    const reader = value.getReader();
    return { next: () => reader.read(), stop: () => void reader.cancel().catch(ignore) };
  }
  const iterator = value[Symbol.asyncIterator]();
  const stop = () => {
    if (typeof value.destroy === 'function') value.destroy();
    else Promise.resolve(iterator.return?.()).catch(ignore);
  };
  return { next: () => iterator.next(), stop };
}

/**
 * A source that fails if it yields more or fewer bytes than its `content-length`, which would spoil the next response on
 * the connection.
 *
 * @param {ReturnType<typeof sourceOf>} source
 * @param {() => string | null} declared the header, null without one, or before it is decided
 * @returns {ReturnType<typeof sourceOf>}
 */
function measured(source, declared) {
  let size = 0;
  const next = async () => {
    const piece = await source.next();
    size += piece.done ? 0 : lengthOf(bytesOf(piece.value));
    const length = declared();
    const isWrong = length !== null && (size > length || (piece.done && size < length));
    if (isWrong) throw new TypeError(`the body has ${piece.done ? 'only' : 'at least'} ${size} bytes, content-length is ${length}`);
    return piece;
  };
  return { next, stop: source.stop };
}

function ignore() {}

function bytesOf(chunk) {
  const bytes = rawBytes(chunk);
  if (bytes !== undefined) return bytes;
  throw new TypeError(`a stream must yield strings or bytes, not ${chunk === null ? 'null' : typeof chunk}`);
}

/**
 * Sends a stream with back-pressure, each piece as it comes.
 *
 * @param {import('./invocation.js').Invocation} invocation whose response is claimed
 * @param {ReturnType<typeof sourceOf>} source
 * @param {(res: import('node:http').ServerResponse, first?: string | Uint8Array) => void} sendHead called with the first
 *   piece at hand, so that a stream that fails before it is still a plain failure
 */
async function sendStream(invocation, source, sendHead) {
  const { res } = invocation;
  invocation.source = source;
  try {
    for (let piece = await source.next(); !piece.done; piece = await source.next()) {
      if (invocation.ended) return;
      const bytes = bytesOf(piece.value);
      if (!res.headersSent) sendHead(res, bytes);
      if (!res.write(bytes)) await drained(res);
    }
    if (invocation.ended) return;
    if (!res.headersSent) sendHead(res);
    invocation.end();
  } catch (error) {
    invocation.fail(error);
  }
}

function drained(res) {
  return new Promise((resolve) => {
    const done = () => {
      res.off('drain', done).off('close', done);
      resolve();
    };
    res.on('drain', done).on('close', done);
  });
}

module.exports = { isTooLarge, readBody, isStream, sourceOf, measured, sendStream };
