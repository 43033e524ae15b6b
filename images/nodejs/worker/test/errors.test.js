import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { format } from 'node:util';
import vm from 'node:vm';
import { Failure, STATUS, codeOf, logForm, statusOf, wireForm } from '../src/errors.js';

describe('errors', () => {
  test('a code has one status, and failed events get 404 except when the body is too large', () => {
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

  test('the log has what console.error prints: causes and other properties too', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const error = new TypeError('fetch failed', { cause });
    assert.equal(logForm(error), format(error));
    assert.match(logForm(error), /^TypeError: fetch failed\n[^]*\[cause\]: Error: connect ECONNREFUSED\n[^]*code: 'ECONNREFUSED'/);
    assert.equal(logForm({ name: 'E', message: 'm' }), "{ name: 'E', message: 'm' }");
  });

  test('the stack trace includes causes, however deep and whatever they are', () => {
    const { stackTrace } = wireForm(new Error('a', { cause: new TypeError('b', { cause: 'plain' }) }));
    assert.equal(stackTrace[0], 'Error: a');
    assert.ok(stackTrace.includes('[cause]: TypeError: b'), stackTrace.join('\n'));
    assert.equal(stackTrace.at(-1), '[cause]: plain');
    const endless = new Error('self');
    endless.cause = endless;
    assert.equal(wireForm(endless).stackTrace.filter((line) => line.includes('self')).length, 1);
  });

  test('an AggregateError has the messages and stacks of its errors', () => {
    const error = new AggregateError([new Error('connect ECONNREFUSED ::1:80'), new Error('connect ECONNREFUSED 127.0.0.1:80')]);
    const { errorMessage, stackTrace } = wireForm(error);
    assert.equal(errorMessage, 'connect ECONNREFUSED ::1:80; connect ECONNREFUSED 127.0.0.1:80');
    assert.ok(stackTrace.includes('[errors]: Error: connect ECONNREFUSED 127.0.0.1:80'), stackTrace.join('\n'));
  });

  test('a stack without end is cut', () => {
    const error = Object.assign(new Error('long'), { stack: 'line\n'.repeat(10_000) });
    assert.equal(wireForm(error).stackTrace.length, 200);
  });

  test('the core has the same codes with the same statuses', () => {
    const source = readFileSync(new URL('../../../../runtime-core/src/main/java/io/polyfn/core/failure/FailureCode.java', import.meta.url), 'utf8');
    const table = [...source.matchAll(/^ {4}[A-Z_]+\("(\w+)", (\d+), Origin\.(\w+)/gm)];
    const core = Object.fromEntries(table.map(([, code, status]) => [code, Number(status)]));
    assert.ok(table.length > Object.keys(STATUS).length, 'the table is found');
    for (const [code, status] of Object.entries(STATUS)) assert.equal(core[code], status, code);
    for (const [, code, , origin] of table) if (origin === 'WORKER') assert.ok(code in STATUS, `${code} is the worker's`);
  });
});
