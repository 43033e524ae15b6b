'use strict';

const { nearest } = require('./nearest.js');
const { setting } = require('./options.js');

/** Every `POLYFN_*` variable that users set; the core's `Setting.ALL` has the same. */
const SETTINGS = [
  'POLYFN_PORT', 'POLYFN_PLATFORM', 'POLYFN_TIMEOUT', 'POLYFN_MAX_EVENT_SIZE', 'POLYFN_MAX_BODY_SIZE', 'POLYFN_CONCURRENCY', 'POLYFN_QUEUE',
  'POLYFN_CALLER_TIMEOUT', 'POLYFN_WORKERS', 'POLYFN_WORKER_MAX_REQUESTS', 'POLYFN_WORKER_MAX_MEMORY',
  'POLYFN_CLOUDEVENTS', 'POLYFN_START_TIMEOUT', 'POLYFN_LINK', 'POLYFN_WORKER_PORT', 'POLYFN_DRAIN_DELAY', 'POLYFN_GRACE', 'POLYFN_MARKERS',
  'POLYFN_MANAGEMENT', 'POLYFN_MANAGEMENT_PORT', 'POLYFN_CONSOLE', 'POLYFN_CORE', 'POLYFN_HANDOVER', 'POLYFN_HANDLER', 'POLYFN_SIGNATURE',
];

/** Those whose absence changes what a function gets. */
const OF_THE_CORE = [
  'POLYFN_MAX_BODY_SIZE', 'POLYFN_CONCURRENCY', 'POLYFN_QUEUE', 'POLYFN_CALLER_TIMEOUT', 'POLYFN_CLOUDEVENTS', 'POLYFN_WORKERS',
  'POLYFN_WORKER_MAX_REQUESTS', 'POLYFN_WORKER_MAX_MEMORY',
];

/** The core's, and what Kubernetes sets for a Service whose name begins with polyfn. */
const OF_OTHERS = /^POLYFN_(?:SOCKET|HANDOVER_SOCKET)$|_SERVICE_(?:HOST|PORT)|_PORT(?:_\d+_(?:TCP|UDP)|$)/;

/**
 * One line for each variable that would be ignored in silence in direct mode. Behind the core, the core reports them.
 *
 * @param {Record<string, string | undefined>} env
 * @returns {string[]}
 */
function ignoredSettings(env) {
  const unknown = Object.keys(env).filter((name) => name.startsWith('POLYFN_') && !SETTINGS.includes(name) && !OF_OTHERS.test(name));
  const isOff = (name) => ['off', '0', name === 'POLYFN_WORKERS' ? '1' : '', undefined].includes(setting(env, name)?.toLowerCase());
  const ofTheCore = OF_THE_CORE.filter((name) => !isOff(name));
  return [...unknown.map(hint), ...ofTheCore.map((name) => `${name}=${env[name]} has no effect with POLYFN_CORE=off`)];
}

function hint(name) {
  const known = nearest(name, SETTINGS);
  return `${name} is not a setting${known ? `: did you mean ${known}?` : ' and is ignored'}`;
}

module.exports = { SETTINGS, ignoredSettings };
