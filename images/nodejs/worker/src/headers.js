'use strict';

// They describe one connection, which is the worker's own; a body's framing is chosen here too.
const CONNECTION = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

/** Headers FC keeps for itself, and ours. @param {string} name @returns {boolean} */
function isReserved(name) {
  const lower = name.toLowerCase();
  return lower.startsWith('x-fc-') || lower.startsWith('x-polyfn-');
}

/** @param {string} name @returns {boolean} */
function isConnectionHeader(name) {
  return CONNECTION.has(name.toLowerCase());
}

/**
 * What a function's answer to an HTTP request says about its outcome when the request was an event.
 *
 * @param {number} status
 * @returns {'200' | '404'}
 */
function eventStatus(status) {
  return status < 400 ? '200' : '404';
}

module.exports = { isReserved, isConnectionHeader, eventStatus };
