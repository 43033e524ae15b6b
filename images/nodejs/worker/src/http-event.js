'use strict';

const { lengthOf, toBody } = require('./body.js');
const { eventStatus, isConnectionHeader, isOfPlatform, isReserved } = require('./headers.js');
const { clientIp } = require('./listener.js');
const { isStream, sendStream, sourceOf } = require('./streams.js');

// Text by content type alone, apart from text/* (contract 8.3.3).
const TEXT = new Set([
  'application/json', 'application/ld+json', 'application/xhtml+xml', 'application/xml', 'application/atom+xml', 'application/javascript',
]);

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * An HTTP request as the event that FC 3's own runtimes get for it (contract 8.3).
 *
 * @param {import('./invocation.js').Invocation} invocation
 * @param {Buffer} body
 * @returns {Buffer} JSON
 */
function toHttpEvent({ req, context }, body) {
  const [rawPath, query] = cut(req.url, '?');
  const isText = isTextType(req.headers['content-type']);
  const now = new Date();
  const host = req.headers.host ?? '';
  return Buffer.from(JSON.stringify({
    version: 'v1',
    rawPath,
    body: isText ? body.toString() : body.toString('base64'),
    isBase64Encoded: !isText,
    headers: eventHeaders(req.headersDistinct),
    queryParameters: joined(new URLSearchParams(query)),
    requestContext: {
      accountId: context.accountId,
      domainName: host,
      domainPrefix: cut(host, '.')[0],
      http: {
        method: req.method,
        path: decoded(rawPath),
        protocol: `HTTP/${req.httpVersion}`,
        sourceIp: clientIp(req),
        userAgent: req.headers['user-agent'] ?? '',
      },
      requestId: context.requestId,
      time: now.toISOString().replace(/\.\d+Z$/, 'Z'),
      timeEpoch: String(now.getTime()),
    },
  }));
}

function isTextType(contentType = '') {
  const type = contentType.split(';', 1)[0].trim().toLowerCase();
  return type.startsWith('text/') || TEXT.has(type);
}

/** Events get logged and stored, so platforms' headers, credentials among them, stay out (contract 8.3.5). */
function eventHeaders(headers) {
  const own = Object.entries(headers).filter(([name]) => !isReserved(name) && !isOfPlatform(name) && !isConnectionHeader(name));
  return Object.fromEntries(own.map(([name, values]) => [canonical(name), values.join(name === 'cookie' ? '; ' : ',')]));
}

/** As Go and FC write it: `X-Forwarded-For`. */
function canonical(name) {
  return name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

/** Object.fromEntries makes own properties, of `__proto__` too. */
function joined(parameters) {
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(',')]));
}

function cut(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * Whether an event function's result is a response object with a stream as its body, which JSON cannot hold.
 *
 * @param {any} value
 * @returns {boolean}
 */
function hasStreamBody(value) {
  return typeof value === 'object' && value !== null && 'statusCode' in value && isStream(value.body);
}

/**
 * Sends an event function's result as an HTTP response: `{statusCode, headers, body, isBase64Encoded}`, as an object or
 * as its JSON, else the value as it is.
 *
 * @param {import('./invocation.js').Invocation} invocation whose response is claimed
 * @param {unknown} value
 */
function sendHttpResponse(invocation, value) {
  const response = responseObject(value);
  // FC takes anything else for JSON (contract 8.3.4).
  if (!response) return send(invocation, 200, [], { ...toBody(value), type: 'application/json' });
  const status = Number(response.statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new TypeError(`statusCode ${response.statusCode} is not an HTTP status`);
  }
  const headers = headerList(response.headers);
  if (invocation.kind.isEvent) headers.push('x-fc-status', eventStatus(status));
  if (isStream(response.body)) return sendStream(invocation, sourceOf(response.body), (res) => res.writeHead(status, headers));
  send(invocation, status, headers, response.isBase64Encoded ? decodedIfValid(response.body) : toBody(response.body));
}

/** FC sends invalid base64 as it is (contract 8.3.4). */
function decodedIfValid(body) {
  const text = String(body ?? '');
  return { body: BASE64.test(text) ? Buffer.from(text, 'base64') : text };
}

function responseObject(value) {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) return 'statusCode' in value ? value : undefined;
  const text = typeof value === 'string' || value instanceof Uint8Array ? Buffer.from(value).toString() : '';
  if (!text.trimStart().startsWith('{') || !text.includes('"statusCode"')) return undefined;
  try {
    const parsed = JSON.parse(text);
    return 'statusCode' in parsed ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function headerList(headers) {
  const list = [];
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (isReserved(name) || isConnectionHeader(name) || name.toLowerCase() === 'content-length') continue;
    // UTF-8 on the wire: HTTP writes each character as one byte.
    for (const each of [value].flat()) list.push(name, Buffer.from(String(each)).toString('latin1'));
  }
  return list;
}

function send(invocation, status, headers, { type, body }) {
  const { res } = invocation;
  const typed = headers.some((each, index) => index % 2 === 0 && each.toLowerCase() === 'content-type');
  if (type && !typed) headers.push('content-type', type);
  // 204 and 304 have no body; a length there makes some clients wait for one.
  if (status !== 204 && status !== 304) headers.push('content-length', lengthOf(body));
  res.writeHead(status, headers);
  invocation.end(body);
}

module.exports = { hasStreamBody, sendHttpResponse, toHttpEvent };
