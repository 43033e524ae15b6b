'use strict';

const { inspect } = require('node:util');

/**
 * Every failure the worker itself reports, and the HTTP status that an HTTP request gets for it; the core's
 * `FailureCode` has the same. The response to a failed event is 404 whatever the code (FC's contract 4.1), except
 * PayloadTooLarge, which is the caller's fault.
 */
const STATUS = Object.freeze({
  FunctionError: 500,
  HandlerNotFound: 503,
  FunctionLoadFailed: 503,
  PayloadTooLarge: 413,
  DeadlineExceeded: 504,
  WorkerExiting: 503,
});

/** How deep causes are followed, and how many lines a stack trace has at most. */
const MOST_CAUSES = 10;
const MOST_LINES = 200;

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
 * The HTTP status of a failure's response.
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
 * @returns {{errorMessage: string, errorType: string, stackTrace: string[]}} the stack trace includes causes
 */
function wireForm(thrown) {
  try {
    if (thrown instanceof Failure) {
      return { errorMessage: thrown.message, errorType: thrown.code, stackTrace: stackOf(thrown.cause) };
    }
    if (!isObject(thrown)) {
      return { errorMessage: String(thrown), errorType: thrown === null ? 'null' : typeof thrown, stackTrace: [] };
    }
    return { errorMessage: messageOf(thrown), errorType: typeOf(thrown), stackTrace: stackOf(thrown) };
  } catch {
    return { errorMessage: 'the thrown value cannot be read', errorType: typeof thrown, stackTrace: [] };
  }
}

/**
 * The text for the log: of an object what `console.error` prints, which has its stack, causes and other properties.
 *
 * @param {unknown} thrown
 * @returns {string}
 */
function logForm(thrown) {
  const { errorMessage, errorType } = wireForm(thrown);
  const head = `${errorType}: ${errorMessage}`;
  try {
    if (thrown instanceof Failure) return isObject(thrown.cause) ? `${head}\n${inspect(thrown.cause)}` : head;
    return isObject(thrown) ? inspect(thrown) : head;
  } catch {
    return head;
  }
}

function isObject(value) {
  return value !== null && (typeof value === 'object' || typeof value === 'function');
}

/** An AggregateError of Node.js's own has an empty message: one connection attempt for each address failed. */
function messageOf(error) {
  if (typeof error.message !== 'string') return JSON.stringify(error) ?? String(error);
  if (error.message || !Array.isArray(error.errors)) return error.message;
  return error.errors.map((each) => wireForm(each).errorMessage).join('; ');
}

function typeOf(error) {
  if (typeof error.name === 'string' && error.name) return error.name;
  return error.constructor?.name || 'Object';
}

function stackOf(error) {
  const lines = [];
  addStack(lines, error, '', new Set());
  return lines.slice(0, MOST_LINES);
}

/** Node.js's own form: each cause with its stack after the error's. */
function addStack(lines, error, prefix, seen) {
  if (!isObject(error)) {
    if (prefix && error !== undefined) lines.push(prefix + String(error));
    return;
  }
  if (seen.has(error) || seen.size > MOST_CAUSES) return;
  seen.add(error);
  const own = linesOf(error.stack);
  if (prefix) own[0] = prefix + (own[0] ?? `${typeOf(error)}: ${messageOf(error)}`);
  lines.push(...own);
  if (error.cause !== undefined) addStack(lines, error.cause, '[cause]: ', seen);
  if (Array.isArray(error.errors)) for (const each of error.errors) addStack(lines, each, '[errors]: ', seen);
}

function linesOf(stack) {
  if (typeof stack !== 'string') return [];
  return stack.split('\n').map((line) => line.trim()).filter(Boolean);
}

module.exports = { STATUS, Failure, codeOf, statusOf, wireForm, logForm };
