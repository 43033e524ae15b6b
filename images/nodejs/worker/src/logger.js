'use strict';

const { format } = require('node:util');
const { line } = require('./turn.js');

/** Writes `<ISO time> <request id> [LEVEL] message`, the form of FC's own runtimes, one write a message. */
class Logger {
  #requestId;

  /** @param {string} requestId */
  constructor(requestId) {
    this.#requestId = requestId;
  }

  debug(...values) {
    this.#write('DEBUG', values);
  }

  info(...values) {
    this.#write('INFO', values);
  }

  log(...values) {
    this.#write('INFO', values);
  }

  warn(...values) {
    this.#write('WARN', values);
  }

  error(...values) {
    this.#write('ERROR', values);
  }

  #write(level, values) {
    process.stdout.write(`${new Date().toISOString()} ${this.#requestId} [${level}] ${format(...values)}\n`);
  }
}

/**
 * FC's log marker before an invocation or a hook (contract 5.1). Behind the core, the core writes it.
 *
 * @param {'Invoke' | 'Initialize' | 'PreFreeze' | 'PreStop'} what
 * @param {string} requestId
 */
function startLine(what, requestId) {
  line(`FC ${what} Start RequestId: ${requestId}\n`);
}

/** @param {'Invoke' | 'Initialize' | 'PreFreeze' | 'PreStop'} what @param {string} requestId @param {boolean} failed */
function endLine(what, requestId, failed) {
  const suffix = failed ? ', Error: Unhandled function error' : '';
  line(`FC ${what} End RequestId: ${requestId}${suffix}\n`);
}

module.exports = { Logger, startLine, endLine };
