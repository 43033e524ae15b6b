'use strict';

const { Context } = require('./context.js');
const { Failure, logForm } = require('./errors.js');
const { endLine, startLine } = require('./logger.js');
const { writeLines } = require('./turn.js');

/** For responses to be sent and errors to be reported after an error that no code caught. */
const FLUSH_MS = 1000;
/** The most of the grace period that is kept for the flush and the pre-stop hook, as in the core. */
const MOST_KEPT_MS = 2000;

/** Waits for a promise, but for no longer than a time. */
function atMost(millis, promise) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, Math.min(Math.max(1, millis), 2 ** 31 - 1));
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function cutAll(worker, error) {
  for (const invocation of worker.inFlight) invocation.fail(error);
  for (const socket of worker.sockets.keys()) socket.destroy();
}

async function preStop(worker) {
  const hook = worker.fn?.hooks.preStop;
  const { direct, markers } = worker.options;
  if (!direct || worker.hooks.preStopped || !hook) return;
  const context = new Context({}, worker.defaults, null);
  if (markers) startLine('PreStop', context.requestId);
  writeLines();
  let failed = false;
  try {
    await worker.hooks.call('preStop', hook, context);
  } catch (error) {
    failed = true;
    context.logger.error(logForm(error));
  }
  if (markers) endLine('PreStop', context.requestId, failed);
  writeLines();
}

/**
 * Stops on request: serves as before for the drain delay; then takes nothing new, ends WebSockets, lets requests in
 * flight finish, runs the pre-stop hook. The grace period bounds all that comes after the delay. A third of it, at most
 * 2 s, is kept for what comes after the requests, half of that for the hook.
 *
 * @param {import('./server.js').Worker} worker
 */
async function drain(worker) {
  const { direct, drainDelayMs, graceMs } = worker.options;
  worker.closeAfterResponses();
  // Behind the core it is the core that waits.
  if (direct && drainDelayMs > 0) await atMost(drainDelayMs, new Promise(() => {}));
  const until = performance.now() + graceMs;
  const kept = Math.min(graceMs / 3, MOST_KEPT_MS);
  worker.stopListening();
  worker.goAway();
  const idle = worker.idle();
  await atMost(graceMs - kept, idle);
  cutAll(worker, new Failure('WorkerExiting', `the worker was stopped and its grace period is over; POLYFN_GRACE is ${graceMs} ms`));
  await atMost(kept / 2, idle);
  await atMost(until - performance.now(), preStop(worker));
}

/**
 * Stops after an error that no code caught: the process is in an unknown state, so every request in flight fails with
 * that error, and gets a moment to be sent.
 *
 * @param {import('./server.js').Worker} worker
 * @param {unknown} error
 * @param {boolean} hasOwnListeners the function listens for such errors itself and may need the time to report them
 */
async function crash(worker, error, hasOwnListeners) {
  worker.crashed = true;
  worker.stopListening();
  cutAll(worker, error);
  await atMost(FLUSH_MS, worker.idle());
  if (hasOwnListeners) await nothingLeft(FLUSH_MS);
}

/** Waits until nothing keeps the process alive, but for no longer than a time. */
function nothingLeft(millis) {
  return new Promise((resolve) => {
    process.once('beforeExit', resolve);
    setTimeout(resolve, millis).unref();
  });
}

module.exports = { drain, crash };
