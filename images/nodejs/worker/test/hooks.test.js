import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { invoke, send, startInside } from './harness.js';

const initialize = (to) => send(to, { method: 'POST', path: '/initialize' });

describe('hooks', () => {
  test('get 200 without a body when there are none', async (t) => {
    const to = await startInside(t, 'echo.handler');
    for (const [method, path] of [['POST', '/initialize'], ['GET', '/pre-freeze'], ['GET', '/pre-stop']]) {
      const response = await send(to, { method, path });
      assert.deepEqual([response.status, response.headers['x-fc-status'], response.text], [200, '200', '']);
    }
  });

  test('initialize fails with 404, may be repeated, and succeeds once, two at a time included', async (t) => {
    const to = await startInside(t, 'hooks.handler');
    const failed = await initialize(to);
    assert.deepEqual([failed.status, failed.headers['x-fc-status'], failed.json().errorMessage], [404, '404', 'not yet']);
    const two = await Promise.all([initialize(to), initialize(to)]);
    assert.deepEqual(two.map((each) => each.status), [200, 200]);
    assert.equal((await initialize(to)).status, 200);
    assert.equal((await invoke(to)).text, '1');
  });

  test('may be called initializer and call back', async (t) => {
    const to = await startInside(t, 'hooks-older.handler');
    assert.equal((await invoke(to)).text, 'false');
    await initialize(to);
    assert.equal((await invoke(to)).text, 'true');
  });

  test('fail by callback', async (t) => {
    const response = await send(await startInside(t, 'hooks.handler'), { path: '/pre-freeze' });
    assert.deepEqual([response.status, response.headers['x-polyfn-failure'], response.json().errorMessage], [404, 'FunctionError', 'cannot freeze']);
  });

  test('are recognised by the control path too', async (t) => {
    const to = await startInside(t, 'hooks.handler');
    assert.equal((await send(to, { path: '/', headers: { 'x-fc-control-path': '/pre-freeze' } })).status, 404);
  });
});
