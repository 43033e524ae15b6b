import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { describe, test } from 'node:test';
import { invoke, open, send, startInside } from './harness.js';
import { events } from './handlers/streams.mjs';

describe('an event handler', () => {
  test('gets the bytes as a Buffer, and the response has a length and x-fc-status', async (t) => {
    const to = await startInside(t, 'echo.handler');
    const bytes = Buffer.from([0, 1, 0xc3, 0x28, 255]);
    const response = await invoke(to, bytes);
    assert.equal(response.status, 200);
    assert.deepEqual(response.bytes, bytes);
    assert.equal(response.headers['x-fc-status'], '200');
    assert.equal(response.headers['content-length'], '5');
    assert.equal((await invoke(await startInside(t, 'echo.kind'))).text, 'true 0');
  });

  test('sees characters whole that were split across chunks', async (t) => {
    const to = await startInside(t, 'echo.text');
    const bytes = Buffer.from('größe 語 😀'.repeat(1000));
    const response = await new Promise((resolve, reject) => {
      const req = http.request({ socketPath: to.socketPath, method: 'POST', path: '/invoke' }, async (res) => {
        const chunks = [];
        for await (const chunk of res) chunks.push(chunk);
        resolve(Buffer.concat(chunks));
      });
      req.on('error', reject);
      for (let at = 0; at < bytes.length; at += 7) req.write(bytes.subarray(at, at + 7));
      req.end();
    });
    assert.deepEqual(response, bytes);
  });

  test('takes a body of exactly 32 MiB, and one byte more is PayloadTooLarge', async (t) => {
    const to = await startInside(t, 'echo.kind');
    const most = 32 * 1024 * 1024;
    assert.equal((await invoke(to, Buffer.alloc(most))).text, `true ${most}`);
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
      const response = await invoke(to, Buffer.alloc(most + 1), headers);
      assert.equal(response.status, 413);
      assert.equal(response.headers['x-fc-status'], '404');
      assert.equal(response.headers['x-polyfn-failure'], 'PayloadTooLarge');
    }
  });

  test('takes as much as POLYFN_MAX_EVENT_SIZE allows', async (t) => {
    const to = await startInside(t, 'echo.kind', { POLYFN_MAX_EVENT_SIZE: '1K' });
    assert.equal((await invoke(to, Buffer.alloc(1024))).text, 'true 1024');
    const response = await invoke(to, Buffer.alloc(1025));
    assert.equal(response.status, 413);
    assert.match(response.json().errorMessage, /larger than 1024 bytes; POLYFN_MAX_EVENT_SIZE/);
  });

  const expected = {
    string: ['größe', 'text/plain; charset=utf-8'], buffer: ['\0\xff', 'application/octet-stream'], bytes: ['\x02', 'application/octet-stream'],
    arrayBuffer: ['\x07', 'application/octet-stream'], object: ['{"a":1}', 'application/json'], array: ['[1,2]', 'application/json'],
    number: ['42', 'application/json'], boolean: ['false', 'application/json'], null: ['', undefined], undefined: ['', undefined],
    readable: ['abc', 'application/octet-stream'], generator: ['abc', 'application/octet-stream'], web: ['abc', 'application/octet-stream'],
  };
  for (const how of ['sync', 'promised', 'called']) {
    for (const [value, [body, type]] of Object.entries(expected)) {
      test(`may return ${value}, ${how}`, async (t) => {
        const response = await invoke(await startInside(t, `values.${how}`), value);
        assert.deepEqual([response.status, response.headers['x-fc-status'], response.headers['content-type']], [200, '200', type]);
        assert.deepEqual(response.bytes, Buffer.from(body, value === 'string' ? 'utf8' : 'latin1'));
      });
    }
  }

  for (const value of ['bigint', 'function', 'circular', 'objectStream', 'blob', 'map', 'set', 'syncGenerator', 'iterator', 'usedResponse', 'lockedResponse']) {
    test(`fails when it returns ${value}`, async (t) => {
      const response = await invoke(await startInside(t, 'values.promised'), value);
      assert.deepEqual([response.status, response.headers['x-fc-status'], response.headers['x-polyfn-failure']], [404, '404', 'FunctionError']);
      assert.equal(response.json().errorType, 'TypeError');
    });
  }

  for (const how of ['sync', 'promised', 'called']) {
    test(`may return a Response, ${how}`, async (t) => {
      const to = await startInside(t, `values.${how}`);
      const ok = await invoke(to, 'response');
      assert.deepEqual([ok.status, ok.headers['x-fc-status'], ok.headers['x-own'], ok.text], [201, '200', '1', 'from a Response']);
      const failed = await invoke(to, 'failedResponse');
      assert.deepEqual([failed.status, failed.headers['x-fc-status']], [500, '404']);
      const http = await send(to, { path: '/', headers: { 'x-value': 'response' } });
      assert.deepEqual([http.status, http.headers['x-fc-status'], http.text], [201, undefined, 'from a Response']);
    });

    test(`fails with the Error that it returns, ${how}`, async (t) => {
      const response = await invoke(await startInside(t, `values.${how}`), 'error');
      assert.deepEqual([response.status, response.headers['x-polyfn-failure']], [404, 'FunctionError']);
      assert.deepEqual([response.json().errorType, response.json().errorMessage], ['RangeError', 'returned']);
    });
  }

  test('may return a response object whose body is a stream', async (t) => {
    const response = await invoke(await startInside(t, 'values.sync'), 'streamBody');
    assert.deepEqual([response.status, response.headers['x-fc-status'], response.headers['x-own'], response.text], [202, '200', '1', 'abc']);
  });

  test('fails with the causes of its error', async (t) => {
    const { errorMessage, stackTrace } = (await invoke(await startInside(t, 'throws.sync'), 'fetchFailed')).json();
    assert.equal(errorMessage, 'fetch failed');
    assert.ok(stackTrace.includes('[cause]: Error: connect ECONNREFUSED 127.0.0.1:1'), stackTrace.join('\n'));
  });

  for (const [name, text] of [
    ['timeout', 'later'], ['returned', 'returned'], ['twice', 'first'], ['callbackThenPromise', 'callback'], ['restArguments', 'rest'],
  ]) {
    test(`responds by the first of callback, promise and return value: ${name}`, async (t) => {
      assert.equal((await invoke(await startInside(t, `callbacks.${name}`))).text, text);
    });
  }

  for (const how of ['sync', 'rejects']) {
    for (const [thrown, type, message] of [
      ['error', 'TypeError', 'bad input'], ['null', 'null', 'null'], ['undefined', 'undefined', 'undefined'], ['string', 'string', 'plain text'],
      ['object', 'Object', '{"code":"E1"}'], ['trap', 'object', 'the thrown value cannot be read'],
    ]) {
      test(`fails with 404 when it throws ${thrown}, ${how}`, async (t) => {
        const response = await invoke(await startInside(t, `throws.${how}`), thrown);
        const { errorMessage, errorType, stackTrace } = response.json();
        assert.deepEqual([response.status, response.headers['x-fc-status'], response.headers['x-polyfn-failure']], [404, '404', 'FunctionError']);
        assert.deepEqual([errorType, errorMessage], [type, message]);
        assert.ok(Array.isArray(stackTrace));
        if (thrown === 'error') assert.ok(stackTrace.some((line) => line.includes('throws.mjs')));
      });
    }
  }

  test('fails by callback, with an error or a text', async (t) => {
    const error = (await invoke(await startInside(t, 'callbacks.error'))).json();
    assert.deepEqual([error.errorType, error.errorMessage], ['RangeError', 'out of it']);
    assert.equal((await invoke(await startInside(t, 'callbacks.text'))).json().errorMessage, 'just text');
  });

  test('serves the next event after a failure', async (t) => {
    const to = await startInside(t, 'throws.sync');
    to.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => to.agent.destroy());
    for (let i = 0; i < 3; i++) assert.equal((await invoke(to, 'error')).status, 404);
  });
});

describe('a streamed response', () => {
  test('arrives piece by piece', async (t) => {
    const res = await open(await startInside(t, 'streams.stepwise'), { method: 'POST', path: '/invoke' });
    const pieces = res.setEncoding('utf8')[Symbol.asyncIterator]();
    assert.equal((await pieces.next()).value, 'one');
    events.emit('go');
    assert.equal((await pieces.next()).value, 'two');
    assert.equal((await pieces.next()).done, true);
  });

  test('that fails before its first piece is a plain failure', async (t) => {
    const response = await invoke(await startInside(t, 'streams.failsBefore'));
    assert.deepEqual([response.status, response.json().errorMessage], [404, 'no first piece']);
  });

  test('that fails midway is cut', async (t) => {
    await assert.rejects(invoke(await startInside(t, 'streams.failsMidway')), { code: 'ECONNRESET' });
  });

  test('waits for a slow client, and stops when it disconnects', async (t) => {
    const to = await startInside(t, 'streams.endless');
    const started = once(events, 'started');
    let pulled = 0;
    const count = () => pulled++;
    events.on('pulled', count);
    const res = await open(to, { method: 'POST', path: '/invoke' });
    const [context] = await started;
    // The second request gets its response only once the first one's buffers are full, or the loop would starve it.
    await new Promise(setImmediate);
    res.once('data', () => res.pause());
    const stopped = once(events, 'stopped');
    const other = await send({ socketPath: to.socketPath }, { path: '/pre-freeze' });
    assert.equal(other.status, 200);
    assert.ok(pulled < 1000, `${pulled} pieces pulled for a client that does not read`);
    assert.equal(context.signal.aborted, false);
    res.destroy();
    await stopped;
    assert.equal(context.signal.aborted, true);
    events.off('pulled', count);
  });
});
