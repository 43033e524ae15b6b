'use strict';

const { CORE, PLATFORMS, detectPlatform } = require('./platform.js');

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const UNIT_BYTES = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };
const SIGNATURES = ['event', 'http', 'fetch'];
const PORT_VARIABLES = ['POLYFN_PORT', 'FC_CUSTOM_LISTEN_PORT', 'FC_SERVER_PORT', 'AGENT_PORT', 'PORT'];

/** A variable whose value cannot be used. The start stops with this message. */
class OptionError extends Error {
  name = 'OptionError';

  /**
   * @param {string} variable
   * @param {string} value
   * @param {string} problem what is wrong and a valid example, to be read after `NAME=value`
   */
  constructor(variable, value, problem) {
    super(`${variable}=${printable(value)} ${problem}`);
  }
}

/** A value that may hold anything, on one line. */
function printable(value) {
  const text = /\p{Cc}/u.test(value) ? JSON.stringify(value) : value;
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}

/**
 * The value of a variable without surrounding white space, or undefined. FC's local tools build `NAME=value` text, so an
 * unset variable has the value `undefined` there.
 *
 * @param {Record<string, string | undefined>} env
 * @param {...string} names first one that is set wins
 * @returns {string | undefined}
 */
function setting(env, ...names) {
  for (const name of names) {
    const value = env[name]?.trim();
    if (value && value !== 'undefined') return value;
  }
  return undefined;
}

function port(env, platform) {
  const name = PORT_VARIABLES.find((each) => setting(env, each));
  if (!name) return platform.port;
  const text = setting(env, name);
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new OptionError(name, text, 'is not a port: use a number from 0 to 65535');
  return value;
}

function duration(env, name, fallback, least) {
  const text = setting(env, name);
  if (!text) return fallback;
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/i.exec(text) ?? [];
  const millis = Math.round(amount * UNIT_MS[unit.toLowerCase()]);
  if (Number.isNaN(millis)) throw new OptionError(name, text, 'is not a duration: use 500ms, 30s or 2m');
  if (millis < least) throw new OptionError(name, text, 'must be more than 0: use 500ms, 30s or 2m');
  return millis;
}

function size(env, name, fallback) {
  const text = setting(env, name);
  if (!text) return fallback;
  const [, amount, unit = 'b'] = /^(\d+)([bkmgt])?$/i.exec(text) ?? [];
  if (!amount) throw new OptionError(name, text, 'is not a size: use 512K, 32M or 1G');
  return amount * UNIT_BYTES[unit.toLowerCase()];
}

function choice(env, name, values) {
  const value = setting(env, name);
  const known = values.find((each) => each === value?.toLowerCase());
  if (value && !known) throw new OptionError(name, value, `must be ${values.slice(0, -1).join(', ')} or ${values.at(-1)}`);
  return known;
}

function handler(env) {
  const value = setting(env, 'POLYFN_HANDLER');
  if (value && !/[^/]\.[^./]+$/.test(value)) {
    throw new OptionError('POLYFN_HANDLER', value, 'is not a handler: use file.export, such as index.handler');
  }
  return value;
}

function platformOf(env) {
  return PLATFORMS[choice(env, 'POLYFN_PLATFORM', Object.keys(PLATFORMS)) ?? detectPlatform((name) => setting(env, name))];
}

function markers(env, platform) {
  const wanted = choice(env, 'POLYFN_MARKERS', ['auto', 'on', 'off']) ?? 'auto';
  return wanted === 'auto' ? platform.markers : wanted === 'on';
}

/** What the core decides where there is one. */
function directOptions(env) {
  const platform = platformOf(env);
  return { direct: true, platform, port: port(env, platform), markers: markers(env, platform) };
}

/**
 * Every option of the worker, read once.
 *
 * | variable | default | meaning |
 * |---|---|---|
 * | `POLYFN_SOCKET` | | Unix socket to listen on: the worker is behind the core. Without it: direct mode |
 * | `POLYFN_HANDOVER_SOCKET` | | Unix socket for the core: the worker serves the public port, too, until the core says there that it does |
 * | `POLYFN_PLATFORM` | detected | direct mode's platform; see platform.js |
 * | `POLYFN_PORT`, `FC_CUSTOM_LISTEN_PORT`, `FC_SERVER_PORT`, `AGENT_PORT`, `PORT` | the platform's | direct mode's port; the first one set |
 * | `POLYFN_MARKERS` | `auto` | direct mode prints FC's log markers: `on`, `off`, or `auto`, which is on for FC 2 and locally |
 * | `FC_FUNC_CODE_PATH` | `/code` | the function's folder |
 * | `POLYFN_HANDLER` | | `file.export`, exactly that |
 * | `FC_FUNCTION_HANDLER`, `FC_HANDLER` | | `file.export`, ignored where no such file exists |
 * | `POLYFN_SIGNATURE` | | `event`, `http` or `fetch`: the function's shape is not guessed |
 * | `POLYFN_MAX_EVENT_SIZE` | `32M` | the largest body that is read into memory |
 * | `POLYFN_TIMEOUT` | none | direct mode's timeout for requests without `x-fc-function-timeout` |
 * | `POLYFN_DRAIN_DELAY` | `0` | direct mode goes on accepting for so long after SIGTERM |
 * | `POLYFN_GRACE` | `9s` | the time for the whole stop after that: requests in flight, flush, pre-stop hook |
 *
 * @param {Record<string, string | undefined>} env
 * @throws {OptionError}
 */
function readOptions(env) {
  const socket = setting(env, 'POLYFN_SOCKET');
  const handoverSocket = setting(env, 'POLYFN_HANDOVER_SOCKET');
  return {
    socket,
    ...(socket ? { direct: false, platform: CORE, port: undefined, markers: CORE.markers } : directOptions(env)),
    ...(handoverSocket && { first: { ...directOptions(env), handoverSocket } }),
    codePath: setting(env, 'FC_FUNC_CODE_PATH') ?? '/code',
    handler: handler(env),
    platformHandlers: [setting(env, 'FC_FUNCTION_HANDLER'), setting(env, 'FC_HANDLER')].filter(Boolean),
    signature: choice(env, 'POLYFN_SIGNATURE', SIGNATURES),
    maxEventSize: size(env, 'POLYFN_MAX_EVENT_SIZE', 32 * UNIT_BYTES.m),
    timeoutMs: duration(env, 'POLYFN_TIMEOUT', undefined, 1),
    drainDelayMs: duration(env, 'POLYFN_DRAIN_DELAY', 0, 0),
    graceMs: duration(env, 'POLYFN_GRACE', 9000, 0),
  };
}

module.exports = { OptionError, setting, readOptions };
