'use strict';

const { leaveRuntimeApi } = require('./environment.js');
const { Failure, logForm } = require('./errors.js');
const { loadFunction } = require('./loader.js');
const { OptionError, readOptions } = require('./options.js');
const { Worker } = require('./server.js');
const { crash, drain } = require('./stop.js');

/** @type {Worker | undefined} */
let worker;

function die(message, code) {
  process.stderr.write(`polyfn worker: ${message}\n`);
  process.exit(code);
}

async function onUncaught(error) {
  process.stderr.write(`polyfn worker: uncaught ${logForm(error)}\n`);
  if (worker?.crashed) return; // already on its way out
  if (worker) await crash(worker, error);
  process.exit(1);
}

async function onStop(signal) {
  if (!worker) process.exit(0);
  if (worker.stopping) process.exit(signal === 'SIGINT' ? 130 : 143);
  await drain(worker);
  process.exit(0);
}

function watchProcess(options) {
  // A closed log must not end the function.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  process.on('uncaughtException', onUncaught);
  process.on('unhandledRejection', onUncaught);
  process.on('SIGTERM', onStop);
  // A terminal's Ctrl-C reaches the whole group; behind the core it is the core that decides.
  process.on('SIGINT', options.direct ? onStop : () => {});
}

/** A top-level await that never settles would end the process without a word. */
function neverLoaded() {
  return new Promise((_, reject) => {
    const why = 'the module never finished loading: a top-level await waits for something that cannot happen';
    process.once('beforeExit', () => reject(new Failure('FunctionLoadFailed', why)));
  });
}

/** Behind the core the last lines of stderr are what every caller is told, so the reason goes last. */
function reportLoadFailure(failure, options) {
  if (failure.cause?.stack) process.stderr.write(`${failure.cause.stack}\n`);
  const reason = `${failure.code}: ${failure.message}`;
  if (!options.direct) die(reason, 1);
  process.stderr.write(`polyfn worker: ${reason}\n`);
}

async function load(options) {
  try {
    process.chdir(options.codePath);
  } catch (error) {
    return new Failure('HandlerNotFound', `cannot enter the code folder ${options.codePath}: ${error.code}`, error);
  }
  return Promise.race([loadFunction(options), neverLoaded()]).catch((error) =>
    error instanceof Failure ? error : new Failure('FunctionLoadFailed', String(error?.message ?? error), error));
}

function options() {
  try {
    return readOptions(process.env);
  } catch (error) {
    return die(error instanceof OptionError ? error.message : logForm(error), 2);
  }
}

async function main() {
  const given = options();
  watchProcess(given);
  leaveRuntimeApi(process.env);
  const loaded = await load(given);
  if (loaded instanceof Failure) reportLoadFailure(loaded, given);
  const next = new Worker(given, process.env, loaded);
  await next.listen().catch((error) => die(`cannot listen on ${given.socket ?? given.port}: ${error.message}`, 1));
  worker = next;
  if (given.direct) process.stderr.write(`listening on ${worker.server.address().port}\n`);
}

void main();
