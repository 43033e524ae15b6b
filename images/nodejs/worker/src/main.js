'use strict';

const { removeRuntimeApi } = require('./environment.js');
const { Failure, logForm } = require('./errors.js');
const { loadFunction } = require('./loader.js');
const { OptionError, readOptions } = require('./options.js');
const { Worker } = require('./server.js');
const { crash, drain } = require('./stop.js');

const EXIT_FAILED = 1;
/** A wrong setting in direct mode, as in the image's entrypoint. */
const EXIT_USAGE = 2;
/** A wrong setting behind the core, EX_CONFIG of sysexits.h: to start the worker again does not help. */
const EXIT_CONFIG = 78;
const LOOK_MS = 1000;

/** @type {Worker | undefined} */
let worker;

function die(message, code) {
  process.stderr.write(`polyfn worker: ${message}\n`);
  process.exit(code);
}

async function onUncaught(error) {
  process.stderr.write(`polyfn worker: uncaught ${logForm(error)}\n`);
  if (worker?.crashed) return; // already exiting
  if (worker) await crash(worker, error, hasOwnListeners());
  process.exit(EXIT_FAILED);
}

/** Whether the function itself listens for uncaught errors. Its listeners may need a moment to report them. */
function hasOwnListeners() {
  return ['uncaughtException', 'unhandledRejection'].some((event) => process.listenerCount(event) > 1);
}

async function onStop(signal) {
  if (!worker) process.exit(0);
  if (!worker.stopping) {
    await drain(worker);
    process.exit(0);
  }
  // Platforms may repeat SIGTERM within the grace period; a second Ctrl-C means that the user does not want to wait.
  if (signal === 'SIGINT') process.exit(130);
}

function watchProcess(options) {
  // A closed log must not stop the function.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  process.on('uncaughtException', onUncaught);
  process.on('unhandledRejection', onUncaught);
  process.on('SIGTERM', onStop);
  // A terminal's Ctrl-C reaches the whole group; behind the core it is the core that decides.
  process.on('SIGINT', options.direct ? onStop : () => {});
  if (!options.direct) stopWithCore();
}

/** A core that is killed stops nobody. In a container all goes with it, but not under `make run`. */
function stopWithCore() {
  const core = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === core) return;
    clearInterval(look);
    void onStop('SIGTERM');
  }, LOOK_MS).unref();
}

/** With a top-level await that never settles the process would exit without a word. */
function neverLoaded() {
  return new Promise((_, reject) => {
    const why = 'the module never finished loading: a top-level await waits for something that cannot happen';
    process.once('beforeExit', () => reject(new Failure('FunctionLoadFailed', why)));
  });
}

/**
 * Exits, unless direct mode can respond with the reason. Behind the core callers get the last lines of stderr, so the
 * reason comes last.
 */
function reportLoadFailure(failure, options) {
  const reason = `${failure.code}: ${failure.message}`;
  const isSetting = failure.code === 'HandlerNotFound';
  if (isSetting && options.direct && options.handler) die(reason, EXIT_USAGE);
  if (!isSetting) writeStack(failure.cause);
  if (!options.direct) die(reason, isSetting ? EXIT_CONFIG : EXIT_FAILED);
  process.stderr.write(`polyfn worker: ${reason}\n`);
}

/** Without Node.js's own frames, which are the same for every module that does not load. */
function writeStack(error) {
  if (!error?.stack) return;
  const lines = logForm(error).split('\n').filter((line) => !/^\s+at .*\bnode:internal\//.test(line));
  if (lines.length > 1) process.stderr.write(`${lines.join('\n')}\n`);
}

function warnOfIgnored() {
  const { ignoredSettings } = require('./unknown.js');
  for (const line of ignoredSettings(process.env)) process.stderr.write(`polyfn worker: ${line}\n`);
}

async function load(options) {
  try {
    process.chdir(options.codePath);
  } catch (error) {
    return new Failure('HandlerNotFound', `cannot enter the code folder ${options.codePath}: ${error.code}`);
  }
  return Promise.race([loadFunction(options), neverLoaded()]).catch((error) =>
    error instanceof Failure ? error : new Failure('FunctionLoadFailed', String(error?.message ?? error), error));
}

/** A module that is an app and a function in one opens a server of its own, often on the port in PORT. */
async function cannotListen({ socket, port }, error) {
  for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate); // until the worker's own handle is closed
  const isOwn = error.code === 'EADDRINUSE' && process.getActiveResourcesInfo().includes('TCPServerWrap');
  const hint = isOwn ? '; the function listens by itself: export the app and do not call listen' : '';
  die(`cannot listen on ${socket ?? port}: ${error.message}${hint}`, EXIT_FAILED);
}

function options() {
  try {
    return readOptions(process.env);
  } catch (error) {
    const code = process.env.POLYFN_SOCKET ? EXIT_CONFIG : EXIT_USAGE;
    return die(error instanceof OptionError ? error.message : logForm(error), code);
  }
}

async function main() {
  const given = options();
  watchProcess(given);
  if (given.direct) warnOfIgnored();
  removeRuntimeApi(process.env);
  const loaded = await load(given);
  if (loaded instanceof Failure) reportLoadFailure(loaded, given);
  const next = new Worker(given, process.env, loaded);
  await next.listen().catch((error) => cannotListen(given, error));
  worker = next;
  if (given.direct) process.stderr.write(`listening on ${worker.server.address().port}\n`);
}

void main();
