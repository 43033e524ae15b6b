'use strict';

const { once } = require('node:events');
const { closeSync, mkdirSync, writeSync } = require('node:fs');
const net = require('node:net');
const path = require('node:path');

/** The descriptor on which the entrypoint waits before it starts the core. */
const STARTED = 3;
/** The core is started after the first response, or when there was no request for this long: both want the CPU. */
const FIRST_RESPONSE_MS = 100;
/** The kernel may still be completing connections that it gave to this process before the core had the port. */
const LAST_CONNECTIONS_MS = 500;

const HTTP2_PREFACE = 'PRI * HTTP/2.0';

/**
 * The worker's part of a start in which it comes first (decision 0055): it serves the public port as in direct mode, until the core has
 * taken the port over and says so on the handover socket. Until then each connection carries one request, so that none is left over.
 *
 * The core gets the headers of a successful initialize request, a line each, and an empty line. The end of the connection
 * tells it that nothing is in flight here any more that it does not know. When both stop, the core says so there: WebSockets
 * have no end of their own.
 */
class Handover {
  #worker;
  #server;
  #port = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#onConnection(socket));
  #core = net.createServer((core) => void this.#begin(core));
  #taken = once(this.#core, 'connection');
  #inFlight = 0;
  #isCoreStarted = false;

  /**
   * @param {import('./server.js').Worker} worker
   * @param {ReturnType<import('./options.js').readOptions>} options
   */
  constructor(worker, options) {
    this.#worker = worker;
    this.options = { ...options, ...options.first, handover: this };
    this.#server = worker.createServer(this.options);
  }

  /** Opens the public port. Where the core has it already, because the function took long to load, there is nothing to do. */
  async open() {
    const { port, handoverSocket } = this.options;
    mkdirSync(path.dirname(handoverSocket), { mode: 0o700 });
    this.#core.listen({ path: handoverSocket });
    await once(this.#core, 'listening');
    // No host: the kernel divides connections only between sockets of one kind, and the core's is IPv6 where there is IPv6.
    this.#port.listen({ port, reusePort: true });
    await once(this.#port, 'listening').catch((error) => {
      if (error.code !== 'EADDRINUSE') throw error;
    });
    setTimeout(() => this.#startCore(), FIRST_RESPONSE_MS).unref();
  }

  /** A request that came to the public port, or a WebSocket. */
  began() {
    this.#inFlight++;
  }

  ended() {
    this.#inFlight--;
    this.#startCore();
    this.#checkDone();
  }

  /** Takes no further connections. */
  close() {
    this.#port.close();
    this.#core.close();
  }

  #startCore() {
    if (this.#isCoreStarted) return;
    this.#isCoreStarted = true;
    try {
      writeSync(STARTED, '\n');
      closeSync(STARTED);
    } catch {
      // The entrypoint has waited for long enough, and has started the core.
    }
  }

  /** HTTP/2 is the core's alone: those connections wait for it. */
  #onConnection(socket) {
    socket.on('error', () => {}); // a reset by the client is no reason to exit
    const onEnd = () => socket.end(); // a probe, which sends nothing
    socket.once('end', onEnd);
    socket.once('data', (first) => {
      socket.off('end', onEnd);
      socket.pause();
      socket.unshift(first);
      if (first.toString('latin1', 0, HTTP2_PREFACE.length) === HTTP2_PREFACE) return void this.#relay(socket);
      this.#server.emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  }

  async #relay(socket) {
    this.began();
    socket.once('close', () => this.ended());
    await this.#taken;
    const core = net.connect({ port: this.options.port, host: '127.0.0.1', noDelay: true });
    core.on('error', () => socket.destroy());
    socket.pipe(core).pipe(socket);
  }

  /** The core has the port: every new connection is its own from now on. */
  async #begin(core) {
    core.on('error', () => {}); // a core that has exited takes this process with it
    core.on('data', () => this.#worker.goAway()); // all that it has to say is that both stop
    setTimeout(() => this.#closePort(), LAST_CONNECTIONS_MS);
    const headers = await this.#worker.hooks.initializedWith();
    core.write(`${headers.map((line) => `${line}\n`).join('')}\n`);
    this.onDone = () => core.end();
    this.#checkDone();
  }

  #closePort() {
    // A turn of the event loop accepts all that waits in the kernel, however long the one before it took.
    setImmediate(() =>
      setImmediate(() => {
        this.close();
        this.#checkDone();
      }),
    );
  }

  #checkDone() {
    if (!this.#port.listening && this.#inFlight === 0) this.onDone?.();
  }
}

module.exports = { Handover };
