'use strict';

const { Readable } = require('node:stream');
const { hidesDecoding, isStillEncoded } = require('./decoded.js');
const { eventStatus, isConnectionHeader, isReserved } = require('./headers.js');
const { isTooLarge, measured, sendStream, sourceOf } = require('./streams.js');

/** As the core's `RequestRules`: with anything else, such as a slash, the path of the URL would not be the request's. */
const HOST = /^(?:[\w.~%!$&'()*+;=-]+|\[[\w:.%]+\])(?::\d{0,5})?$/;

/** Runs a web-standard `fetch(request, context)`. @param {import('./invocation.js').Invocation} invocation */
async function runFetch(invocation) {
  const { context, worker } = invocation;
  if (isTooLarge(invocation)) return;
  const request = toRequest(invocation);
  if (!request) return badRequest(invocation);
  try {
    const response = await worker.fn.fn.call(worker.fn.self, request, context);
    if (!invocation.claim()) return discard(response?.body);
    if (!looksLikeResponse(response)) throw noResponse(worker.fn, response);
    sendResponse(invocation, response);
  } catch (error) {
    invocation.fail(error);
  }
}

/** @param {any} body a ReadableStream, a Readable of an older library, or nothing */
function discard(body) {
  if (typeof body?.cancel === 'function') body.cancel().catch(ignore);
  else body?.destroy?.();
}

function ignore() {}

function toRequest({ req, context }) {
  if (req.headers.host && !HOST.test(req.headers.host)) return undefined;
  const framed = req.headers['transfer-encoding'] !== undefined || req.headers['content-length'] > 0;
  const hasBody = framed && req.method !== 'GET' && req.method !== 'HEAD';
  const init = { method: req.method, headers: toHeaders(req.rawHeaders), signal: context.signal };
  if (hasBody) Object.assign(init, { body: Readable.toWeb(req), duplex: 'half' });
  const scheme = req.headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
  const target = req.url.startsWith('/') ? `${scheme}://${req.headers.host || 'localhost'}${req.url}` : req.url;
  try {
    return new Request(target === '*' ? `${scheme}://${req.headers.host}` : target, init);
  } catch {
    return undefined; // an invalid Host, or a method such as TRACE that the web's Request refuses
  }
}

function toHeaders(raw) {
  const headers = new Headers();
  for (let i = 0; i < raw.length; i += 2) headers.append(raw[i], raw[i + 1]);
  return headers;
}

function badRequest(invocation) {
  if (!invocation.claim()) return;
  const status = invocation.req.method === 'TRACE' ? 405 : 400;
  invocation.res.writeHead(status, invocation.kind.isEvent ? ['x-fc-status', '404'] : []);
  invocation.end();
}

/** Where a Response is expected, libraries' own classes pass for one. */
function looksLikeResponse(value) {
  return typeof value?.status === 'number' && typeof value.headers?.entries === 'function' && typeof value.headers.get === 'function';
}

function noResponse({ guessed }, value) {
  const what = `returned ${value === null ? 'null' : `a value of type ${typeof value}`}`;
  if (!guessed) return new TypeError(`fetch must return a Response, but ${what}`);
  return new TypeError(`the handler ${what}, but was taken for a web-standard one because of its parameters (${guessed}), and must return `
    + 'a Response; for an event function set POLYFN_SIGNATURE=event');
}

/**
 * Sends a web-standard Response.
 *
 * @param {import('./invocation.js').Invocation} invocation whose response is claimed
 * @param {Response} response
 * @throws {TypeError} if its body has been used
 */
function sendResponse(invocation, response) {
  const { req, res } = invocation;
  const { body } = response;
  if (response.bodyUsed || body?.locked) {
    throw new TypeError("the Response's body has been read or sent already: return a new Response, or a clone made before");
  }
  const headers = headerList(invocation, response);
  let length = response.headers.get('content-length');
  const sendHead = (isDecoded) => {
    if (isDecoded) length = null;
    res.writeHead(response.status, response.statusText || undefined, isDecoded ? ofDecoded(headers) : headers);
  };
  if (!body || req.method === 'HEAD') {
    sendHead(false);
    discard(body);
    return invocation.end();
  }
  const source = measured(sourceOf(body), () => (res.headersSent ? length : null));
  const encoding = response.headers.get('content-encoding')?.trim().toLowerCase();
  const isDecoded = encoding ? hidesDecoding(response, encoding) : false;
  if (isDecoded === undefined) return void sendStream(invocation, source, (_, first) => sendHead(!isStillEncoded(encoding, first)));
  // The head is sent at once, not with the first piece: an event stream may be silent for long.
  sendHead(isDecoded);
  res.flushHeaders();
  void sendStream(invocation, source, ignore);
}

function headerList({ kind, options }, response) {
  const list = [];
  for (const [name, value] of response.headers.entries()) {
    if (isConnectionHeader(name) || (options.direct && isReserved(name))) continue;
    if (response.status === 204 && name === 'content-length') continue; // there is no body to have one (RFC 9110 8.6)
    list.push(name, value); // one pair for each set-cookie
  }
  if (kind.isEvent) list.push('x-fc-status', eventStatus(response.status));
  return list;
}

/** Without the headers that describe an encoded body. */
function ofDecoded(headers) {
  const isLeftOut = (name) => ['content-encoding', 'content-length'].includes(name.toLowerCase());
  return headers.filter((_, index) => !isLeftOut(headers[index - (index % 2)]));
}

module.exports = { runFetch, sendResponse };
