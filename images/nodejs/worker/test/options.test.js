import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OptionError, readOptions } from '../src/options.js';

describe('options', () => {
  test('have defaults', () => {
    assert.deepEqual(readOptions({}), {
      socket: undefined, direct: true, port: 9000, codePath: '/code', handler: undefined, platformHandlers: [],
      signature: undefined, timeoutMs: undefined, graceMs: 10_000,
    });
  });

  test('can all be set', () => {
    const env = {
      POLYFN_SOCKET: '/run/w.sock', FC_FUNC_CODE_PATH: '/src', POLYFN_HANDLER: 'a/b.c', FC_FUNCTION_HANDLER: 'd.e', FC_HANDLER: 'f.g',
      POLYFN_SIGNATURE: 'http', POLYFN_TIMEOUT: '2m', POLYFN_GRACE: '0',
    };
    assert.deepEqual(readOptions(env), {
      socket: '/run/w.sock', direct: false, port: undefined, codePath: '/src', handler: 'a/b.c', platformHandlers: ['d.e', 'f.g'],
      signature: 'http', timeoutMs: 120_000, graceMs: 0,
    });
  });

  test('take the first port that is set, empty and the word undefined being unset', () => {
    const all = { POLYFN_PORT: '1', FC_CUSTOM_LISTEN_PORT: '2', FC_SERVER_PORT: '3', PORT: '4' };
    assert.equal(readOptions(all).port, 1);
    assert.equal(readOptions({ ...all, POLYFN_PORT: '' }).port, 2);
    assert.equal(readOptions({ ...all, POLYFN_PORT: '', FC_CUSTOM_LISTEN_PORT: 'undefined' }).port, 3);
    assert.equal(readOptions({ PORT: '0' }).port, 0);
  });

  for (const [text, millis] of [['30', 30_000], ['30s', 30_000], ['500ms', 500], ['1.5s', 1500], ['1h', 3_600_000]]) {
    test(`read ${text} as a duration`, () => assert.equal(readOptions({ POLYFN_TIMEOUT: text }).timeoutMs, millis));
  }

  for (const [name, value] of [
    ['POLYFN_PORT', '65536'], ['PORT', '90x'], ['POLYFN_TIMEOUT', 'soon'], ['POLYFN_TIMEOUT', '0'], ['POLYFN_TIMEOUT', '-1'],
    ['POLYFN_GRACE', '10 s'], ['POLYFN_SIGNATURE', 'events'], ['POLYFN_HANDLER', 'index'], ['POLYFN_HANDLER', '.handler'],
  ]) {
    test(`refuse ${name}=${value} by name and value`, () => {
      assert.throws(() => readOptions({ [name]: value }), (error) => error instanceof OptionError && error.message.startsWith(`${name}=${value}: expected`));
    });
  }
});
