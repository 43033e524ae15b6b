'use strict';

// They describe one connection, the worker's own; the worker also chooses a body's framing.
const CONNECTION = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

/** Headers FC keeps for itself, and ours. @param {string} name @returns {boolean} */
function isReserved(name) {
  const lower = name.toLowerCase();
  return lower.startsWith('x-fc-') || lower.startsWith('x-polyfn-');
}

/** As the core's `PlatformHeaders`. Some frameworks make no difference between `_` and `-`. */
const OF_PLATFORMS = /^x[-_](?:fc|scf|cff)[-_]/i;

/** Headers that platforms set, or that would be read as such. @param {string} name @returns {boolean} */
function isOfPlatform(name) {
  return OF_PLATFORMS.test(name);
}

/** @param {string} name @returns {boolean} */
function isConnectionHeader(name) {
  return CONNECTION.has(name.toLowerCase());
}

/**
 * The `x-fc-status` of a function's HTTP response to an event.
 *
 * @param {number} status
 * @returns {'200' | '404'}
 */
function eventStatus(status) {
  return status < 400 ? '200' : '404';
}

module.exports = { isReserved, isOfPlatform, isConnectionHeader, eventStatus };
