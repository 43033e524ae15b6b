'use strict';

const { Context } = require('./context.js');
const { logForm } = require('./errors.js');
const { goingAway } = require('./going-away.js');
const { LONGEST_TIMER } = require('./invocation.js');
const { endLine, startLine } = require('./logger.js');
const { writeLines } = require('./turn.js');

/**
 * Hands a WebSocket handshake to the function. The connection counts as one invocation until it closes.
 *
 * @param {import('./server.js').Worker} worker
 * @param {ReturnType<import('./options.js').readOptions>} options of the port or socket that it came to
 * @param {import('node:http').IncomingMessage} req
 * @param {import('node:stream').Duplex} socket
 * @param {Buffer} head
 */
function runUpgrade(worker, options, req, socket, head) {
  const { direct, handover, markers, timeoutMs } = options;
  const { requestId, logger } = new Context(req.headers, worker.defaults, null);
  let failed = false;
  if (markers) startLine('Invoke', requestId);
  writeLines();
  const seconds = Number(req.headers['x-fc-function-timeout']);
  const wait = seconds > 0 ? seconds * 1000 : timeoutMs;
  // A timer for longer than it can be set to would fire at once.
  const timer = direct && wait <= LONGEST_TIMER ? setTimeout(() => socket.destroy(), wait) : undefined;
  const fail = (error) => {
    failed = true;
    logger.error(logForm(error));
    socket.destroy();
  };
  worker.sockets.set(socket, goingAway(socket, head));
  handover?.began();
  socket.on('error', () => {}); // a reset by the client is no reason to exit
  socket.once('close', () => {
    clearTimeout(timer);
    if (markers) endLine('Invoke', requestId, failed);
    worker.onClosed(socket);
    handover?.ended();
  });
  try {
    const { fn, self } = worker.fn.upgrade;
    Promise.resolve(fn.call(self, req, socket, head)).catch(fail);
  } catch (error) {
    fail(error);
  }
}

module.exports = { runUpgrade };
