'use strict';

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const SIGNATURES = ['event', 'http', 'fetch'];
const PORT_VARIABLES = ['POLYFN_PORT', 'FC_CUSTOM_LISTEN_PORT', 'FC_SERVER_PORT', 'PORT'];

/** A variable whose value cannot be used: the start stops with its name and value. */
class OptionError extends Error {
  name = 'OptionError';

  constructor(variable, value, expected) {
    super(`${variable}=${value}: expected ${expected}`);
  }
}

/**
 * The value of a variable, or undefined. FC's local tools build `NAME=value` text, so what is unset there arrives
 * as the word `undefined`.
 *
 * @param {Record<string, string | undefined>} env
 * @param {...string} names first one that is set wins
 * @returns {string | undefined}
 */
function setting(env, ...names) {
  for (const name of names) {
    const value = env[name];
    if (value && value !== 'undefined') return value;
  }
  return undefined;
}

function port(env) {
  const name = PORT_VARIABLES.find((each) => setting(env, each));
  if (!name) return 9000;
  const value = Number(env[name]);
  if (!/^\d+$/.test(env[name]) || value > 65_535) throw new OptionError(name, env[name], 'a port, 0 to 65535');
  return value;
}

function duration(env, name, fallback, least) {
  const text = setting(env, name);
  if (!text) return fallback;
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const millis = Math.round(amount * UNIT_MS[unit]);
  if (!(millis >= least)) throw new OptionError(name, text, 'a duration such as 30, 30s, 500ms or 2m');
  return millis;
}

function signature(env) {
  const value = setting(env, 'POLYFN_SIGNATURE');
  if (value && !SIGNATURES.includes(value)) throw new OptionError('POLYFN_SIGNATURE', value, SIGNATURES.join(', '));
  return value;
}

function handler(env) {
  const value = setting(env, 'POLYFN_HANDLER');
  if (value && !/[^/]\.[^./]+$/.test(value)) throw new OptionError('POLYFN_HANDLER', value, 'file.export');
  return value;
}

/**
 * Every option of the worker, read once.
 *
 * | variable | default | meaning |
 * |---|---|---|
 * | `POLYFN_SOCKET` | | Unix socket to listen on: the worker is behind the core. Without it: direct mode |
 * | `POLYFN_PORT`, `FC_CUSTOM_LISTEN_PORT`, `FC_SERVER_PORT`, `PORT` | 9000 | direct mode's port; the first one set |
 * | `FC_FUNC_CODE_PATH` | `/code` | the function's folder |
 * | `POLYFN_HANDLER` | | `file.export`, exactly that |
 * | `FC_FUNCTION_HANDLER`, `FC_HANDLER` | | `file.export`, ignored where no such file exists |
 * | `POLYFN_SIGNATURE` | | `event`, `http` or `fetch`: the function's shape is not guessed |
 * | `POLYFN_TIMEOUT` | none | direct mode's deadline for requests that bring no `x-fc-function-timeout` |
 * | `POLYFN_GRACE` | `10s` | how long SIGTERM waits for what is in flight |
 *
 * @param {Record<string, string | undefined>} env
 * @throws {OptionError}
 */
function readOptions(env) {
  const socket = setting(env, 'POLYFN_SOCKET');
  return {
    socket,
    direct: !socket,
    port: socket ? undefined : port(env),
    codePath: setting(env, 'FC_FUNC_CODE_PATH') ?? '/code',
    handler: handler(env),
    platformHandlers: [setting(env, 'FC_FUNCTION_HANDLER'), setting(env, 'FC_HANDLER')].filter(Boolean),
    signature: signature(env),
    timeoutMs: duration(env, 'POLYFN_TIMEOUT', undefined, 1),
    graceMs: duration(env, 'POLYFN_GRACE', 10_000, 0),
  };
}

module.exports = { OptionError, setting, readOptions };
