import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import vm from 'node:vm';
import { Failure, STATUS, codeOf, logForm, statusOf, wireForm } from '../src/errors.js';

describe('errors', () => {
  test('a code has one status, and events answer 404 except when the body is too large', () => {
    assert.deepEqual(STATUS, {
      FunctionError: 500, HandlerNotFound: 503, FunctionLoadFailed: 503, PayloadTooLarge: 413, DeadlineExceeded: 504, WorkerExiting: 503,
    });
    assert.equal(statusOf('DeadlineExceeded', true), 404);
    assert.equal(statusOf('DeadlineExceeded', false), 504);
    assert.equal(statusOf('PayloadTooLarge', true), 413);
  });

  test('an error of another realm is an error', () => {
    const error = vm.runInNewContext('new TypeError("elsewhere")');
    assert.equal(wireForm(error).errorType, 'TypeError');
    assert.equal(wireForm(error).errorMessage, 'elsewhere');
    assert.ok(wireForm(error).stackTrace.length > 1);
  });

  test('a failure carries its code, and the stack of its cause', () => {
    const failure = new Failure('FunctionLoadFailed', 'cannot load', new SyntaxError('what'));
    assert.equal(codeOf(failure), 'FunctionLoadFailed');
    assert.equal(wireForm(failure).errorType, 'FunctionLoadFailed');
    assert.equal(wireForm(failure).stackTrace[0], 'SyntaxError: what');
    assert.match(logForm(failure), /^FunctionLoadFailed: cannot load\nSyntaxError: what\n {4}at /);
  });

  test('an error with an empty stack is still logged', () => {
    assert.equal(logForm({ name: 'E', message: 'm' }), 'E: m');
  });
});
