'use strict';

const { isUtf8 } = require('node:buffer');
const { lengthOf, toBody } = require('./body.js');
const { isConnectionHeader, isReserved } = require('./headers.js');
const { clientIp } = require('./listener.js');

/**
 * An HTTP request as the event that FC 3's own runtimes get for it (contract 8.3).
 *
 * @param {import('./invocation.js').Invocation} invocation
 * @param {Buffer} body
 * @returns {Buffer} JSON
 */
function toHttpEvent({ req, context }, body) {
  const [rawPath, query] = cut(req.url, '?');
  const isText = isUtf8(body);
  const now = new Date();
  const host = req.headers.host ?? '';
  return Buffer.from(JSON.stringify({
    version: 'v1',
    rawPath,
    body: isText ? body.toString() : body.toString('base64'),
    isBase64Encoded: !isText,
    headers: eventHeaders(req.headers),
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

/** Events get logged and stored, so the platform's headers, the credentials among them, stay out. */
function eventHeaders(headers) {
  const result = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!isReserved(name) && !isConnectionHeader(name)) result[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return result;
}

function joined(parameters) {
  const result = {};
  for (const name of new Set(parameters.keys())) result[name] = parameters.getAll(name).join(',');
  return result;
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
 * Sends what an event function answers to an HTTP request: `{statusCode, headers, body, isBase64Encoded}`, as an object
 * or as its JSON, else the value as it is.
 *
 * @param {import('./invocation.js').Invocation} invocation whose answer is claimed
 * @param {unknown} value
 */
function sendHttpAnswer(invocation, value) {
  const answer = answerObject(value);
  if (!answer) return send(invocation, 200, [], toBody(value));
  const status = Number(answer.statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new TypeError(`statusCode ${answer.statusCode} is not an HTTP status`);
  }
  const body = answer.isBase64Encoded ? { body: Buffer.from(String(answer.body ?? ''), 'base64') } : toBody(answer.body);
  send(invocation, status, headerList(answer.headers), body);
}

function answerObject(value) {
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
    for (const each of [value].flat()) list.push(name, String(each));
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

module.exports = { toHttpEvent, sendHttpAnswer };
