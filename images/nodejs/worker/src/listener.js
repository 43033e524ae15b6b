'use strict';

const { IncomingMessage, ServerResponse } = require('node:http');
const { isResponse } = require('./body.js');
const { eventStatus, isReserved } = require('./headers.js');
const { invocationOf } = require('./invocation.js');
const { isTooLarge } = require('./streams.js');
const { writeLines } = require('./turn.js');

/** Node.js's request with what FC's older `(req, resp, context)` functions expect on it. */
class FunctionRequest extends IncomingMessage {}

// Frameworks assign to these names, so each is only a default.
const REQUEST_DEFAULTS = {
  path: (req) => req.url.split('?', 1)[0],
  queries: (req) => queries(req.url),
  clientIP: clientIp,
};
for (const [name, read] of Object.entries(REQUEST_DEFAULTS)) {
  Object.defineProperty(FunctionRequest.prototype, name, {
    configurable: true,
    get() {
      return read(this);
    },
    set(value) {
      Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
    },
  });
}

/** Node.js's response with what FC's older functions call on it. */
class FunctionResponse extends ServerResponse {
  setStatusCode(status) {
    this.statusCode = status;
  }

  deleteHeader(name) {
    this.removeHeader(name);
  }

  /** @param {string | Uint8Array | import('node:stream').Readable | object | undefined} body */
  send(body) {
    if (typeof body?.pipe === 'function') {
      body.on('error', (error) => invocationOf(this).fail(error));
      return body.pipe(this);
    }
    const isRaw = body === undefined || body === null || typeof body === 'string' || body instanceof Uint8Array;
    if (!isRaw && !this.hasHeader('content-type')) this.setHeader('content-type', 'application/json');
    return this.end(isRaw ? (body ?? undefined) : JSON.stringify(body));
  }
}

/** The client's address, from the platform's headers where they have it. @param {IncomingMessage} req @returns {string} */
function clientIp(req) {
  const forwarded = req.headers['x-forwarded-for'];
  return req.headers['x-fc-client-ip'] || forwarded?.split(',', 1)[0].trim() || req.socket.remoteAddress || '';
}

function queries(url) {
  const at = url.indexOf('?');
  const parameters = new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
  const entries = [...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)]);
  // Object.fromEntries makes own properties, of `__proto__` too.
  return Object.fromEntries(entries.map(([name, values]) => [name, values.length > 1 ? values : values[0]]));
}

/** Runs a Node.js listener. @param {import('./invocation.js').Invocation} invocation */
function runListener(invocation) {
  const { req, res, context, kind, options, worker } = invocation;
  const { fn, self, passContext } = worker.fn;
  if (isTooLarge(invocation)) return;
  if (kind.isEvent || options.direct) guard(res);
  res.on('error', ignore); // a write after a disconnect or a failure is no reason to exit
  try {
    const result = passContext ? fn.call(self, req, res, context) : fn.call(self, req, res);
    if (typeof result?.then === 'function') result.then((value) => checkResult(invocation, value), (error) => invocation.fail(error));
    else checkResult(invocation, result);
  } catch (error) {
    invocation.fail(error);
  }
}

/** A web-standard handler that was taken for a listener would never respond. */
function checkResult(invocation, value) {
  if (!isResponse(value) || invocation.res.headersSent) return;
  const how = 'set POLYFN_SIGNATURE=fetch, or export an object with a fetch function';
  invocation.fail(new TypeError(`the handler was called as (req, res) because of its parameters, and returned a Response: ${how}`));
}

function ignore() {}

/** Own properties, since Express exchanges the prototype. */
function guard(res) {
  res.writeHead = guardedWriteHead;
  res.end = guardedEnd;
}

function guardedWriteHead(status, ...rest) {
  const { kind, options } = invocationOf(this);
  if (options.direct) {
    for (const name of this.getHeaderNames()) if (isReserved(name)) this.removeHeader(name);
    if (rest.length > 0) rest.push(withoutReserved(rest.pop()));
  }
  if (kind.isEvent) this.setHeader('x-fc-status', eventStatus(status));
  return ServerResponse.prototype.writeHead.call(this, status, ...rest);
}

function withoutReserved(headers) {
  if (typeof headers !== 'object' || headers === null) return headers;
  if (!Array.isArray(headers)) return Object.fromEntries(Object.entries(headers).filter(([name]) => !isReserved(name)));
  if (Array.isArray(headers[0])) return headers.filter(([name]) => !isReserved(name));
  return headers.filter((_, index) => !isReserved(headers[index - (index % 2)]));
}

function guardedEnd(...args) {
  const invocation = invocationOf(this);
  invocation.finished(invocation.kind.isEvent && this.statusCode >= 400);
  writeLines(); // a listener may look at once whether its response has ended
  return ServerResponse.prototype.end.apply(this, args);
}

module.exports = { FunctionRequest, FunctionResponse, clientIp, runListener };
