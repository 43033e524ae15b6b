'use strict';

const { isError, isResponse, lengthOf, toBody } = require('./body.js');
const { hasStreamBody, sendHttpResponse, toHttpEvent } = require('./http-event.js');
const { readBody, sendStream, sourceOf } = require('./streams.js');
const { sendResponse } = require('./web.js');

/** Runs an event function. @param {import('./invocation.js').Invocation} invocation */
function runEvent(invocation) {
  readBody(invocation, callHandler);
}

function callHandler(invocation, body) {
  const { kind, context, worker } = invocation;
  const { fn, self, waitsForCallback } = worker.fn;
  const event = kind.isEvent ? body : toHttpEvent(invocation, body);
  callFunction(
    (callback) => fn.call(self, event, context, callback),
    waitsForCallback,
    (value) => respond(invocation, value),
    (error) => invocation.reject(error),
  );
}

/**
 * Calls user code that may give its result by its return value, a promise or a callback; the receivers take the first.
 *
 * @param {(callback: (error: unknown, value?: unknown) => void) => unknown} call
 * @param {boolean} waitsForCallback it declares a callback, so returning nothing is no result
 * @param {(value: unknown) => void} resolve
 * @param {(error: unknown) => void} reject
 */
function callFunction(call, waitsForCallback, resolve, reject) {
  let result;
  try {
    result = call((error, value) => (error ? reject(error) : resolve(value)));
  } catch (error) {
    return reject(error);
  }
  if (typeof result?.then === 'function') return void result.then(resolve, reject);
  if (!waitsForCallback || isResult(result)) resolve(result);
}

/** Not what `(event, context, callback) => setTimeout(...)` returns by accident. */
function isResult(value) {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'object' || Array.isArray(value) || ArrayBuffer.isView(value)) return true;
  if (typeof value[Symbol.asyncIterator] === 'function' || typeof value.getReader === 'function') return true;
  if (isResponse(value) || isError(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function respond(invocation, value) {
  if (!invocation.claim()) return;
  try {
    if (isError(value)) return void invocation.fail(value);
    if (isResponse(value)) return void sendResponse(invocation, value);
    const source = sourceOf(value);
    if (source) return void sendStream(invocation, source, invocation.kind.isEvent ? sendEventStreamHead : sendHttpStreamHead);
    if (invocation.kind.isEvent && !hasStreamBody(value)) sendEventResult(invocation, value);
    else sendHttpResponse(invocation, value);
  } catch (error) {
    invocation.fail(error);
  }
}

function sendEventResult(invocation, value) {
  const { type, body } = toBody(value);
  const headers = ['content-length', lengthOf(body), 'x-fc-status', '200'];
  if (type) headers.push('content-type', type);
  invocation.res.writeHead(200, headers);
  invocation.end(body);
}

function sendEventStreamHead(res) {
  res.writeHead(200, ['content-type', 'application/octet-stream', 'x-fc-status', '200']);
}

function sendHttpStreamHead(res) {
  res.writeHead(200, ['content-type', 'application/octet-stream']);
}

module.exports = { runEvent, callFunction };
