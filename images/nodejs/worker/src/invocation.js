'use strict';

const { ServerResponse } = require('node:http');
const { Context, fireSignal } = require('./context.js');
const { Failure, codeOf, logForm, statusOf, wireForm } = require('./errors.js');
const { endLine, startLine } = require('./logger.js');
const { afterLines, writeLines } = require('./turn.js');

const LONGEST_TIMER = 2 ** 31 - 1;
const INVOCATION = Symbol('invocation');
const REQUEST_ID = 'x-request-id';
// Middlewares replace them on a response; the worker's own responses must not depend on that.
const { writeHead, end } = ServerResponse.prototype;

/** The kinds of requests. `isEvent`: the response has `x-fc-status`, as those to events do. */
const KINDS = Object.freeze({
  invoke: { marker: 'Invoke', isEvent: true, method: 'POST', timeoutHeader: 'x-fc-function-timeout' },
  initialize: { marker: 'Initialize', isEvent: true, hook: 'initialize', method: 'POST', timeoutHeader: 'x-fc-initialization-timeout' },
  preFreeze: { marker: 'PreFreeze', isEvent: true, hook: 'preFreeze', method: 'GET' },
  preStop: { marker: 'PreStop', isEvent: true, hook: 'preStop', method: 'GET' },
  http: { marker: 'Invoke', isEvent: false, timeoutHeader: 'x-fc-function-timeout' },
});

/**
 * One request from its arrival to the end of its response. The first result or failure wins; later ones are ignored.
 */
class Invocation {
  /** Whether it has its result or failure. */
  settled = false;
  /** Whether the response is complete or cut. */
  ended = false;
  /** The stream being sent, to be stopped when the client disconnects. @type {{stop(): void} | null} */
  source = null;
  #timer;

  /**
   * @param {import('./server.js').Worker} worker
   * @param {ReturnType<import('./options.js').readOptions>} options of the port or socket that it came to
   * @param {typeof KINDS.invoke} kind
   * @param {import('node:http').IncomingMessage} req
   * @param {ServerResponse} res
   */
  constructor(worker, options, kind, req, res) {
    this.worker = worker;
    this.options = options;
    this.kind = kind;
    this.req = req;
    this.res = res;
    const deadline = deadlineOf(options, kind, req.headers);
    this.context = new Context(req.headers, worker.defaults, deadline);
    if (deadline !== null) this.#timer = timerUntil(deadline, this);
    res[INVOCATION] = this;
    res.on('close', onClose);
    worker.inFlight.add(this);
    if (options.handover) this.#standInForCore(options.handover);
    if (options.markers) startLine(kind.marker, this.context.requestId);
  }

  /** As the core's responses, unless the function sets its own. */
  #standInForCore(handover) {
    handover.began();
    this.res.setHeader(REQUEST_ID, this.context.requestId);
  }

  /** Claims the response. @returns {boolean} false when there is one already */
  claim() {
    if (this.settled) return false;
    this.settled = true;
    return true;
  }

  /** Fails the invocation unless it has its result. @param {unknown} error */
  reject(error) {
    if (this.claim()) this.fail(error);
  }

  /**
   * Fails the invocation in any state. A response that has begun is cut, so that the client sees that it is incomplete; a
   * complete one stays as it is.
   *
   * @param {unknown} error
   */
  fail(error) {
    this.settled = true;
    if (this.ended || this.res.writableEnded) return;
    this.context.logger.error(logForm(error));
    this.finished(true);
    writeLines();
    this.source?.stop();
    if (this.res.headersSent) this.res.destroy();
    else sendFailure(this, error);
  }

  /** To be called just before the response ends: FC may freeze the instance with its last byte. @param {boolean} failed */
  finished(failed) {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.#timer);
    if (this.options.markers) endLine(this.kind.marker, this.context.requestId, failed);
  }

  /** Ends the response with its last piece. @param {string | Uint8Array} [body] */
  end(body) {
    this.finished(this.kind.isEvent && this.res.statusCode >= 400);
    afterLines(sendEnd, this.res, body);
  }

  /** The deadline has passed. Behind the core the caller gets the failure from the core. */
  expire() {
    const failure = new Failure('DeadlineExceeded', 'the function did not respond before its deadline');
    fireSignal(this.context, new DOMException(failure.message, 'TimeoutError'));
    if (this.options.direct) this.fail(failure);
  }

  closed() {
    // Not the request's close: that one comes as soon as a POST body has been read.
    if (!this.res.writableFinished) {
      fireSignal(this.context, new DOMException('the client disconnected before the response was complete', 'AbortError'));
      this.source?.stop();
    }
    this.settled = true;
    this.finished(true);
    this.worker.onClosed(this);
    this.options.handover?.ended();
  }
}

/** The invocation a response belongs to. @param {ServerResponse} res @returns {Invocation} */
function invocationOf(res) {
  return res[INVOCATION];
}

function onClose() {
  this[INVOCATION].closed();
}

function deadlineOf(options, kind, headers) {
  const given = options.direct ? undefined : Number(headers['x-fc-function-deadline']);
  if (given > 0) return given;
  if (!options.direct) return null;
  const seconds = Number(headers[kind.timeoutHeader]);
  if (seconds > 0) return Date.now() + seconds * 1000;
  return options.timeoutMs && !kind.hook ? Date.now() + options.timeoutMs : null;
}

function timerUntil(deadline, invocation) {
  const wait = Math.max(0, deadline - Date.now());
  return wait > LONGEST_TIMER ? undefined : setTimeout(onDeadline, wait, invocation);
}

function sendEnd(res, body) {
  end.call(res, body);
}

function onDeadline(invocation) {
  invocation.expire();
}

function sendFailure({ kind, context, options, res }, error) {
  const code = codeOf(error);
  const body = JSON.stringify(wireForm(error));
  for (const name of res.getHeaderNames()) res.removeHeader(name);
  res.statusMessage = ''; // a head that could not be written has left its own
  const headers = ['content-type', 'application/json', 'content-length', Buffer.byteLength(body), 'x-polyfn-failure', code];
  if (kind.isEvent) headers.push('x-fc-status', '404');
  if (options.handover) headers.push(REQUEST_ID, context.requestId);
  writeHead.call(res, statusOf(code, kind.isEvent), headers);
  end.call(res, body);
  mute(res);
}

/** The function may go on writing to a response that has been sent in its place; that must not throw in its callbacks. */
function mute(res) {
  const self = () => res;
  const headers = { setHeader: self, appendHeader: self, removeHeader: self, writeHead: self, flushHeaders: self };
  Object.assign(res, headers, { write: () => true, end: self });
}

module.exports = { KINDS, LONGEST_TIMER, Invocation, invocationOf };
