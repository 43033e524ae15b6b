'use strict';

/**
 * Every failure the worker itself reports, and the HTTP status that an HTTP invocation gets for it. A failed event
 * answers 404 whatever the code (FC's contract 4.1), except PayloadTooLarge, which is the caller's fault.
 */
const STATUS = Object.freeze({
  FunctionError: 500,
  HandlerNotFound: 503,
  FunctionLoadFailed: 503,
  PayloadTooLarge: 413,
  DeadlineExceeded: 504,
  WorkerExiting: 503,
});

/** A failure with a code of the table above. Whatever else is thrown is a FunctionError. */
class Failure extends Error {
  /**
   * @param {keyof typeof STATUS} code
   * @param {string} message
   * @param {unknown} [cause]
   */
  constructor(code, message, cause) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = code;
    this.code = code;
  }
}

/** @param {unknown} error @returns {keyof typeof STATUS} */
function codeOf(error) {
  return error instanceof Failure ? error.code : 'FunctionError';
}

/**
 * The status an invocation's caller sees.
 *
 * @param {keyof typeof STATUS} code
 * @param {boolean} isEvent
 */
function statusOf(code, isEvent) {
  return isEvent && code !== 'PayloadTooLarge' ? 404 : STATUS[code];
}

/**
 * The wire form. Anything can be thrown in JavaScript, so nothing is taken for granted here, not even that reading
 * a property works.
 *
 * @param {unknown} thrown
 * @returns {{errorMessage: string, errorType: string, stackTrace: string[]}}
 */
function wireForm(thrown) {
  try {
    if (thrown instanceof Failure) {
      return { errorMessage: thrown.message, errorType: thrown.code, stackTrace: lines(thrown.cause?.stack) };
    }
    if (thrown === null || (typeof thrown !== 'object' && typeof thrown !== 'function')) {
      return { errorMessage: String(thrown), errorType: thrown === null ? 'null' : typeof thrown, stackTrace: [] };
    }
    return { errorMessage: messageOf(thrown), errorType: typeOf(thrown), stackTrace: lines(thrown.stack) };
  } catch {
    return { errorMessage: 'the thrown value cannot be read', errorType: typeof thrown, stackTrace: [] };
  }
}

/** What goes to the log: the stack where there is one. @param {unknown} thrown @returns {string} */
function logForm(thrown) {
  const { errorMessage, errorType, stackTrace } = wireForm(thrown);
  const head = `${errorType}: ${errorMessage}`;
  if (stackTrace.length === 0) return head;
  const body = stackTrace.map((line) => (line.startsWith('at ') ? `    ${line}` : line)).join('\n');
  return thrown instanceof Failure ? `${head}\n${body}` : body;
}

function messageOf(error) {
  if (typeof error.message === 'string') return error.message;
  return JSON.stringify(error) ?? String(error);
}

function typeOf(error) {
  if (typeof error.name === 'string' && error.name) return error.name;
  return error.constructor?.name || 'Object';
}

function lines(stack) {
  if (typeof stack !== 'string') return [];
  return stack.split('\n').map((line) => line.trim()).filter(Boolean);
}

module.exports = { STATUS, Failure, codeOf, statusOf, wireForm, logForm };
