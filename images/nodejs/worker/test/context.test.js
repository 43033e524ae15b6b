import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { describe, test } from 'node:test';
import { invoke, startInside } from './harness.js';
import { events } from './handlers/context.mjs';

const HEADERS = {
  'x-fc-request-id': '1-abc-def', 'x-fc-access-key-id': 'AKID', 'x-fc-access-key-secret': 'SEKRIT', 'x-fc-security-token': 'TOKEN',
  'x-fc-function-name': 'fn', 'x-fc-function-handler': 'not-used', 'x-fc-function-memory': '512', 'x-fc-function-timeout': '60',
  'x-fc-function-initializer': 'init', 'x-fc-initialization-timeout': '3', 'x-fc-region': 'cn-x', 'x-fc-account-id': '1',
  'x-fc-service-name': 'svc', 'x-fc-service-logproject': 'lp', 'x-fc-service-logstore': 'ls', 'x-fc-qualifier': 'LATEST',
  'x-fc-version-id': '7', 'x-fc-retry-count': '2', 'x-fc-tracing-opentracing-span-context': 'span',
  'x-fc-tracing-opentracing-span-baggages': Buffer.from('{"k":"v"}').toString('base64'),
};

describe('the context', () => {
  test('says what the headers say', async (t) => {
    const got = (await invoke(await startInside(t, 'context.handler'), '', HEADERS)).json();
    assert.equal(got.requestId, '1-abc-def');
    assert.deepEqual(got.credentials, { accessKeyId: 'AKID', accessKeySecret: 'SEKRIT', securityToken: 'TOKEN' });
    assert.deepEqual(got.function, { name: 'fn', handler: 'not-used', memory: 512, timeout: 60, initializer: 'init', initializationTimeout: 3 });
    assert.deepEqual(got.service, { name: 'svc', logProject: 'lp', logStore: 'ls', qualifier: 'LATEST', versionId: '7' });
    assert.deepEqual(got.tracing, { openTracingSpanContext: 'span', openTracingSpanBaggages: { k: 'v' }, jaegerEndpoint: '' });
    assert.deepEqual([got.region, got.accountId, got.retryCount], ['cn-x', '1', 2]);
  });

  test('falls back to the environment, empty headers being absent ones', async (t) => {
    const env = {
      FC_FUNCTION_NAME: 'from-env', FC_FUNCTION_MEMORY_SIZE: '128', FC_REGION: 'undefined', ALIBABA_CLOUD_ACCESS_KEY_ID: 'E1',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'E2', ALIBABA_CLOUD_SECURITY_TOKEN: 'E3',
    };
    const empty = Object.fromEntries(Object.keys(HEADERS).map((name) => [name, '']));
    const got = (await invoke(await startInside(t, 'context.handler', env), '', empty)).json();
    assert.match(got.requestId, /^[0-9a-f-]{36}$/);
    assert.deepEqual([got.function.name, got.function.memory, got.region, got.retryCount], ['from-env', 128, '', 0]);
    assert.deepEqual(got.credentials, { accessKeyId: 'E1', accessKeySecret: 'E2', securityToken: 'E3' });
  });

  for (const id of ['a b', 'x'.repeat(129), 'a\u00e9', '[ERROR]']) {
    test(`takes no request ID that could forge a line of the log: ${id.slice(0, 10)}`, async (t) => {
      const got = (await invoke(await startInside(t, 'context.handler'), '', { 'x-fc-request-id': id })).json();
      assert.match(got.requestId, /^[0-9a-f-]{36}$/);
    });
  }

  test('never mixes the token of one key with another key', async (t) => {
    const env = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'E1', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'E2', ALIBABA_CLOUD_SECURITY_TOKEN: 'E3' };
    const headers = { 'x-fc-access-key-id': 'H1', 'x-fc-access-key-secret': 'H2' };
    const got = (await invoke(await startInside(t, 'context.handler', env), '', headers)).json();
    assert.deepEqual(got.credentials, { accessKeyId: 'H1', accessKeySecret: 'H2', securityToken: '' });
  });

  test('prints no secret, as JSON or inspected', async (t) => {
    const { json, printed } = (await invoke(await startInside(t, 'context.handler'), '', HEADERS)).json();
    for (const text of [json, printed]) assert.doesNotMatch(text, /AKID|SEKRIT|TOKEN/);
  });

  test('knows the deadline the core gives, and Infinity without one', async (t) => {
    const to = await startInside(t, 'context.handler');
    const deadline = Date.now() + 60_000;
    const got = (await invoke(to, '', { 'x-fc-function-deadline': String(deadline) })).json();
    assert.equal(got.deadline, deadline);
    assert.ok(got.remaining > 0 && got.remaining <= 60_000);
    const none = (await invoke(to)).json();
    assert.deepEqual([none.deadline, none.remaining, none.lambda], [null, null, null]); // JSON's Infinity
  });

  test('survives a tracing header that is no JSON', async (t) => {
    const headers = { 'x-fc-tracing-opentracing-span-baggages': 'e30x' };
    assert.deepEqual((await invoke(await startInside(t, 'context.handler'), '', headers)).json().tracing.openTracingSpanBaggages, {});
  });
});

describe('the signal', () => {
  test('does not fire when a POST body has been read', async (t) => {
    const to = await startInside(t, 'context.waits');
    const seen = once(events, 'context');
    const response = invoke(to, 'a body');
    const [context] = await seen;
    context.signal.addEventListener('abort', () => assert.fail('fired early'));
    await new Promise(setImmediate); // the request's own close has come by now
    events.emit('go');
    assert.equal((await response).text, 'false');
    assert.equal(context.signal.aborted, false, 'and not after the response either');
  });

  test('fires when the client disconnects before the response', async (t) => {
    const to = await startInside(t, 'context.untilAborted');
    const seen = once(events, 'context');
    const req = http.request({ socketPath: to.socketPath, method: 'POST', path: '/invoke' });
    req.on('error', () => {});
    req.end('a body');
    const [context] = await seen;
    assert.equal(context.signal.aborted, false);
    const aborted = once(events, 'aborted');
    req.destroy();
    assert.deepEqual(await aborted, ['AbortError']);
    assert.equal(to.worker.inFlight.size, 0);
  });

  test('fires at the deadline, and behind the core leaves the failure to it', async (t) => {
    const to = await startInside(t, 'context.untilAborted');
    const aborted = once(events, 'aborted');
    const headers = { 'x-fc-function-deadline': String(Date.now() + 20) };
    const req = http.request({ socketPath: to.socketPath, method: 'POST', path: '/invoke', headers });
    req.on('response', () => assert.fail('it responded')).on('error', () => {});
    req.end();
    assert.deepEqual(await aborted, ['TimeoutError']);
    req.destroy();
  });
});
