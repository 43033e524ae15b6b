'use strict';

const { Context } = require('./context.js');
const { Failure, logForm } = require('./errors.js');
const { endLine, startLine } = require('./logger.js');

const FLUSH_MS = 1000;

/** Waits for a promise, but not for ever. */
function atMost(millis, promise) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, Math.min(millis, 2 ** 31 - 1));
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function cutAll(worker, error) {
  for (const invocation of worker.inFlight) invocation.fail(error);
  for (const socket of worker.sockets) socket.destroy();
}

async function preStop(worker) {
  const hook = worker.fn?.hooks.preStop;
  if (!worker.options.direct || worker.hooks.preStopped || !hook) return;
  const context = new Context({}, worker.defaults, null);
  startLine('PreStop', context.requestId);
  let failed = false;
  try {
    await worker.hooks.call('preStop', hook, context);
  } catch (error) {
    failed = true;
    context.logger.error(logForm(error));
  }
  endLine('PreStop', context.requestId, failed);
}

/**
 * Stops as asked: nothing new, what is in flight to its end, the pre-stop hook, within the grace period.
 *
 * @param {import('./server.js').Worker} worker
 */
async function drain(worker) {
  const until = Date.now() + worker.options.graceMs;
  worker.stopListening();
  const idle = worker.idle();
  await atMost(worker.options.graceMs, idle);
  cutAll(worker, new Failure('WorkerExiting', 'the worker was stopped and its grace period is over'));
  await atMost(FLUSH_MS, idle);
  await atMost(Math.max(FLUSH_MS, until - Date.now()), preStop(worker));
}

/**
 * Stops after an error that no code caught: the process is in an unknown state, so everything in flight fails with
 * that error, and gets a moment to be sent.
 *
 * @param {import('./server.js').Worker} worker
 * @param {unknown} error
 */
async function crash(worker, error) {
  worker.crashed = true;
  worker.stopListening();
  cutAll(worker, error);
  await atMost(FLUSH_MS, worker.idle());
}

module.exports = { drain, crash };
