'use strict';

const { createServer } = require('node:http');
const { once } = require('node:events');
const { rmSync } = require('node:fs');
const { contextDefaults } = require('./context.js');
const { Failure } = require('./errors.js');
const { runEvent } = require('./event.js');
const { removeForged } = require('./forged.js');
const { Handover } = require('./handover.js');
const { Hooks } = require('./hooks.js');
const { Invocation, KINDS } = require('./invocation.js');
const { FunctionRequest, FunctionResponse, runListener } = require('./listener.js');
const { afterLines } = require('./turn.js');
const { runUpgrade } = require('./upgrade.js');
const { runFetch } = require('./web.js');

const RUN = { event: runEvent, http: runListener, fetch: runFetch };

/** FC sends the kind of a request in a header; local tools do not, so method and path decide there (contract section 2). */
function kindOf(req, { paths }) {
  const declared = req.headers['x-fc-control-path'];
  if (declared) return KINDS[paths.get(declared)] ?? KINDS.http;
  const end = req.url.indexOf('?');
  const kind = KINDS[paths.get(end < 0 ? req.url : req.url.slice(0, end))];
  return kind?.method === req.method ? kind : KINDS.http;
}

/** The server that hosts one function, and what is in flight in it. */
class Worker {
  /** @type {Set<Invocation>} */
  inFlight = new Set();
  /** Upgraded connections, each with what tells it that it ends. @type {Map<import('node:stream').Duplex, () => void>} */
  sockets = new Map();
  hooks = new Hooks();
  stopping = false;
  crashed = false;
  #onIdle = () => {};

  /**
   * @param {ReturnType<import('./options.js').readOptions>} options
   * @param {Record<string, string | undefined>} env
   * @param {Awaited<ReturnType<import('./loader.js').loadFunction>> | Failure} loaded a failure becomes the
   *   response to every invocation
   */
  constructor(options, env, loaded) {
    this.options = options;
    this.defaults = contextDefaults(env);
    if (loaded instanceof Failure) this.loadFailure = loaded;
    else this.fn = loaded;
    this.defaults.handler ||= this.fn?.handlerName ?? '';
    this.server = this.createServer(options);
    if (options.first) this.handover = new Handover(this, options);
  }

  /** A server of the function, whose requests are what these options say. */
  createServer(options) {
    const server = createServer(serverOptions(this.fn), (req, res) => this.#onRequest(options, req, res));
    // 0 everywhere: FC allows a request a day, and deadlines are handled elsewhere.
    Object.assign(server, { requestTimeout: 0, headersTimeout: 0, timeout: 0, keepAliveTimeout: 0 });
    if (this.fn?.upgrade) server.on('upgrade', (req, socket, head) => this.#onUpgrade(options, req, socket, head));
    return server;
  }

  /** Opens the socket or the port; that is what readiness means. */
  async listen() {
    const { socket, port } = this.options;
    // The core takes the port over when it finds the socket.
    await this.handover?.open();
    if (socket) rmSync(socket, { force: true }); // a worker that was killed has not removed its file
    this.server.listen(socket ? { path: socket } : { port, host: '0.0.0.0' });
    await once(this.server, 'listening');
  }

  #onRequest(options, req, res) {
    const { direct, platform, handover } = options;
    if (direct) removeForged(req, platform);
    const invocation = new Invocation(this, options, kindOf(req, platform), req, res);
    res.sendDate = direct; // the core drops it
    if (this.stopping || handover) res.shouldKeepAlive = false;
    afterLines(run, invocation);
  }

  #onUpgrade(options, req, socket, head) {
    if (options.direct) removeForged(req, options.platform);
    runUpgrade(this, options, req, socket, head);
  }

  /** Lets every further response close its connection. */
  closeAfterResponses() {
    this.stopping = true;
    for (const { res } of this.inFlight) if (!res.headersSent) res.shouldKeepAlive = false;
  }

  /** Ends WebSockets in order. */
  goAway() {
    for (const goAway of this.sockets.values()) goAway();
  }

  /** Stops listening, and closes idle connections. */
  stopListening() {
    this.closeAfterResponses();
    this.server.close();
    this.handover?.close();
    this.server.closeIdleConnections();
  }

  /** @returns {Promise<void>} when nothing is in flight */
  idle() {
    return new Promise((resolve) => {
      this.#onIdle = resolve;
      this.#checkIdle();
    });
  }

  /** @param {Invocation | import('node:stream').Duplex} closed */
  onClosed(closed) {
    this.inFlight.delete(closed);
    this.sockets.delete(closed);
    if (this.stopping) this.#checkIdle();
  }

  #checkIdle() {
    if (this.inFlight.size === 0 && this.sockets.size === 0) this.#onIdle();
  }
}

/** Its start marker has been written. */
function run(invocation) {
  const { kind, req, worker } = invocation;
  if (invocation.ended) return; // the client has disconnected
  if (worker.crashed) return invocation.fail(new Failure('WorkerExiting', 'the worker is exiting after an uncaught error'));
  if (kind.hook && (worker.fn || kind !== KINDS.initialize)) return void worker.hooks.run(invocation);
  if (worker.loadFailure) return invocation.fail(worker.loadFailure);
  if (kind === KINDS.http && isHandshake(req)) return refuseUpgrade(invocation);
  RUN[worker.fn.shape](invocation);
}

/** Upgrades only where they are wanted: with a listener, Node.js takes every `Upgrade: h2c` away from the function. */
function serverOptions(fn) {
  return {
    IncomingMessage: FunctionRequest,
    ServerResponse: FunctionResponse,
    maxHeaderSize: 64 * 1024,
    noDelay: true,
    shouldUpgradeCallback: fn?.upgrade ? isHandshake : () => false, // Node.js 24.9 and later; older ones go by the listeners
  };
}

function isHandshake(req) {
  return req.headers.upgrade?.toLowerCase() === 'websocket';
}

function refuseUpgrade(invocation) {
  invocation.claim();
  invocation.res.shouldKeepAlive = false;
  const text = 'this function does not accept WebSocket connections: export upgrade(req, socket, head), or an http.Server';
  invocation.res.writeHead(501, ['content-type', 'text/plain', 'content-length', text.length]);
  invocation.end(text);
}

module.exports = { Worker };
