'use strict';

const { Readable } = require('node:stream');
const { eventStatus, isConnectionHeader, isReserved } = require('./headers.js');
const { BODY_LIMIT, sendStream, sourceOf, tooLarge } = require('./streams.js');

/** Runs a web-standard `fetch(request, context)`. @param {import('./invocation.js').Invocation} invocation */
async function runFetch(invocation) {
  const { req, context, kind, worker } = invocation;
  if (kind.isEvent && req.headers['content-length'] > BODY_LIMIT) return tooLarge(invocation);
  const request = toRequest(invocation);
  if (!request) return badRequest(invocation);
  try {
    const response = await worker.fn.fn.call(worker.fn.self, request, context);
    if (invocation.claim()) sendResponse(invocation, response);
    else response?.body?.cancel().catch(ignore);
  } catch (error) {
    invocation.fail(error);
  }
}

function ignore() {}

function toRequest({ req, context }) {
  const framed = req.headers['transfer-encoding'] !== undefined || req.headers['content-length'] > 0;
  const hasBody = framed && req.method !== 'GET' && req.method !== 'HEAD';
  const init = { method: req.method, headers: toHeaders(req.rawHeaders), signal: context.signal };
  if (hasBody) Object.assign(init, { body: Readable.toWeb(req), duplex: 'half' });
  const scheme = req.headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
  const target = req.url.startsWith('/') ? `${scheme}://${req.headers.host || 'localhost'}${req.url}` : req.url;
  try {
    return new Request(target === '*' ? `${scheme}://${req.headers.host}` : target, init);
  } catch {
    return undefined; // a Host that is none, or a method such as TRACE that the web's Request refuses
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

function sendResponse(invocation, response) {
  const { req, res } = invocation;
  if (typeof response?.status !== 'number' || typeof response.headers?.entries !== 'function') {
    return invocation.fail(new TypeError('fetch must answer with a Response'));
  }
  // The head goes out at once, not with the first piece: an event stream may be silent for long.
  res.writeHead(response.status, response.statusText || undefined, headerList(invocation, response));
  if (!response.body) return invocation.end();
  if (req.method === 'HEAD') {
    response.body.cancel().catch(ignore);
    return invocation.end();
  }
  res.flushHeaders();
  void sendStream(invocation, sourceOf(response.body), ignore);
}

function headerList({ kind, worker }, response) {
  const list = [];
  for (const [name, value] of response.headers.entries()) {
    if (isConnectionHeader(name) || (worker.options.direct && isReserved(name))) continue;
    list.push(name, value); // one pair for each set-cookie
  }
  if (kind.isEvent) list.push('x-fc-status', eventStatus(response.status));
  return list;
}

module.exports = { runFetch };
