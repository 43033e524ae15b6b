import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OptionError, readOptions } from '../src/options.js';
import { CORE, PLATFORMS } from '../src/platform.js';

describe('options', () => {
  test('have defaults', () => {
    assert.deepEqual(readOptions({}), {
      socket: undefined, direct: true, platform: PLATFORMS.local, port: 9000, codePath: '/code', handler: undefined, platformHandlers: [],
      signature: undefined, markers: true, maxEventSize: 33_554_432, timeoutMs: undefined, drainDelayMs: 0, graceMs: 9000,
    });
  });

  test('can all be set', () => {
    const env = {
      POLYFN_SOCKET: '/run/w.sock', FC_FUNC_CODE_PATH: '/src', POLYFN_HANDLER: 'a/b.c', FC_FUNCTION_HANDLER: 'd.e', FC_HANDLER: 'f.g',
      POLYFN_SIGNATURE: 'http', POLYFN_TIMEOUT: '2m', POLYFN_DRAIN_DELAY: '5s', POLYFN_GRACE: '0', POLYFN_MAX_EVENT_SIZE: '1g',
    };
    assert.deepEqual(readOptions(env), {
      socket: '/run/w.sock', direct: false, platform: CORE, port: undefined, codePath: '/src', handler: 'a/b.c', platformHandlers: ['d.e', 'f.g'],
      signature: 'http', markers: false, maxEventSize: 1_073_741_824, timeoutMs: 120_000, drainDelayMs: 5000, graceMs: 0,
    });
  });

  test('take the first port that is set, empty and the word undefined being unset', () => {
    const all = { POLYFN_PORT: '1', FC_CUSTOM_LISTEN_PORT: '2', FC_SERVER_PORT: '3', AGENT_PORT: '4', PORT: '5' };
    assert.equal(readOptions(all).port, 1);
    assert.equal(readOptions({ ...all, POLYFN_PORT: '' }).port, 2);
    assert.equal(readOptions({ ...all, POLYFN_PORT: '', FC_CUSTOM_LISTEN_PORT: 'undefined' }).port, 3);
    assert.equal(readOptions({ AGENT_PORT: '4', PORT: '5' }).port, 4);
    assert.equal(readOptions({ AGENT_PORT: ' ', PORT: ' 5 ' }).port, 5);
    assert.equal(readOptions({ PORT: '0' }).port, 0);
    assert.equal(readOptions({ POLYFN_PLATFORM: 'functiongraph' }).port, 8000);
  });

  for (const [text, millis] of [['30', 30_000], ['30s', 30_000], ['500ms', 500], ['1.5s', 1500], ['1h', 3_600_000]]) {
    test(`read ${text} as a duration`, () => assert.equal(readOptions({ POLYFN_TIMEOUT: text }).timeoutMs, millis));
  }

  const port = 'is not a port: use a number from 0 to 65535';
  const duration = 'is not a duration: use 500ms, 30s or 2m';
  const handler = 'is not a handler: use file.export, such as index.handler';
  for (const [name, value, problem] of [
    ['POLYFN_PORT', '65536', port], ['PORT', '90x', port], ['AGENT_PORT', '-1', port], ['POLYFN_TIMEOUT', 'soon', duration],
    ['POLYFN_TIMEOUT', '0', 'must be more than 0: use 500ms, 30s or 2m'], ['POLYFN_TIMEOUT', '-1', duration], ['POLYFN_GRACE', '10 s', duration], ['POLYFN_DRAIN_DELAY', '-1', duration],
    ['POLYFN_SIGNATURE', 'evnt', 'must be event, http or fetch'], ['POLYFN_HANDLER', 'foo', handler], ['POLYFN_HANDLER', '.handler', handler],
    ['POLYFN_MAX_EVENT_SIZE', '32MB', 'is not a size: use 512K, 32M or 1G'],
    ['POLYFN_MARKERS', 'yes', 'must be auto, on or off'],
    ['POLYFN_PLATFORM', 'fc', 'must be fc3, fc2, lambda, scf, functiongraph, knative, kubernetes or local'],
  ]) {
    test(`refuse ${name}=${value}, and give a valid example`, () => {
      assert.throws(() => readOptions({ [name]: value }), (error) => {
        assert.ok(error instanceof OptionError);
        assert.equal(error.message, `${name}=${value} ${problem}`);
        return true;
      });
    });
  }

  test('refuse a value of several lines in one line', () => {
    assert.throws(() => readOptions({ POLYFN_SIGNATURE: 'a\nFC Invoke End' }), { message: 'POLYFN_SIGNATURE="a\\nFC Invoke End" must be event, http or fetch' });
  });

  test('switch the markers by POLYFN_MARKERS, or else by the platform', () => {
    assert.equal(readOptions({ POLYFN_PLATFORM: 'fc3' }).markers, false);
    assert.equal(readOptions({ POLYFN_PLATFORM: 'fc3', POLYFN_MARKERS: 'on' }).markers, true);
    assert.equal(readOptions({ POLYFN_PLATFORM: 'FC2', POLYFN_MARKERS: 'Auto' }).markers, true);
    assert.equal(readOptions({ POLYFN_PLATFORM: 'local', POLYFN_MARKERS: 'off' }).markers, false);
    assert.equal(readOptions({ POLYFN_SOCKET: '/s', POLYFN_MARKERS: 'on' }).markers, false, 'the core prints them');
  });
});
