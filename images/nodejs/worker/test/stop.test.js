import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { describe, test } from 'node:test';
import { invoke, send, startDirect, startProcess, temporaryFolder } from './harness.js';

const GOING_AWAY = '880203e9';
const MASKED = '88820000000003e9';

/** Requests until a response tells to go: the stop has begun. */
async function goodbye(to) {
  for (;;) {
    const response = await invoke(to);
    assert.equal(response.status, 200);
    if (response.headers.connection === 'close') return;
  }
}

describe('POLYFN_DRAIN_DELAY', () => {
  test('is a time in which all is served as before, and then comes the stop', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'process.prints', POLYFN_DRAIN_DELAY: '2s', POLYFN_GRACE: '1h' });
    const started = performance.now();
    to.child.kill('SIGTERM');
    await goodbye(to);
    to.child.kill('SIGTERM');
    await goodbye(to);
    assert.doesNotMatch(to.stdout, /preStop/);
    assert.deepEqual(await to.exited, { code: 0, signal: null });
    assert.ok(performance.now() - started > 1900);
    assert.match(to.stdout, /preStop ran/);
  });

  test('comes before the grace period', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'process.never', POLYFN_DRAIN_DELAY: '1s', POLYFN_GRACE: '50ms' });
    const response = invoke(to);
    await to.until('stdout', /in the handler/);
    const started = performance.now();
    to.child.kill('SIGTERM');
    assert.equal((await response).headers['x-polyfn-failure'], 'WorkerExiting');
    assert.ok(performance.now() - started > 900);
    assert.equal((await to.exited).code, 0);
  });

  test('ends with a second SIGINT', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'process.prints', POLYFN_DRAIN_DELAY: '1h' });
    to.child.kill('SIGINT');
    await goodbye(to);
    to.child.kill('SIGINT');
    assert.equal((await to.exited).code, 130);
  });

  test('is the core\'s where there is one', async (t) => {
    const socketPath = path.join(temporaryFolder(t), 'worker.sock');
    const to = startProcess(t, { FC_HANDLER: 'process.prints', POLYFN_SOCKET: socketPath, POLYFN_DRAIN_DELAY: '1h' });
    await reachable(socketPath);
    to.child.kill('SIGTERM');
    assert.deepEqual(await to.exited, { code: 0, signal: null });
  });

  async function reachable(socketPath) {
    for (;;) {
      const response = await send({ socketPath }, { method: 'POST', path: '/invoke' }).catch(() => undefined);
      if (response) return;
      await new Promise(setImmediate);
    }
  }
});

describe('a WebSocket at a stop', () => {
  async function open(to) {
    const socket = net.connect(to.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1.1 101 /);
    return socket;
  }

  async function rest(socket) {
    const pieces = [];
    for await (const piece of socket) pieces.push(piece);
    return Buffer.concat(pieces).toString('hex');
  }

  test('is closed with 1001, and the stop does not wait for more', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'websocket.handler', POLYFN_GRACE: '1h' });
    const socket = await open(to);
    socket.write(Buffer.from('818100000000', 'hex'));
    socket.write('a');
    await to.until('stdout', /got .*61\n/);
    to.child.kill('SIGTERM');
    assert.equal(await rest(socket), GOING_AWAY);
    assert.deepEqual(await to.exited, { code: 0, signal: null });
  });

  for (const [what, first, second, whole] of [
    ['a frame', '8184000000006161', '6262', /6262\n/],
    ['a long frame', `81fe007e00000000${'61'.repeat(100)}`, '62'.repeat(26), /62\n/],
    ['a frame\'s head', '81ff0000000000', `00000200000000${'6262'}`, /6262\n/],
    ['a message of several frames', '01810000000061', '80810000000062', /62\n/],
  ]) {
    test(`gets the rest of ${what} first, and nothing after the close frame`, async (t) => {
      const to = await startDirect(t, { FC_HANDLER: 'websocket.handler', POLYFN_GRACE: '1h' });
      const socket = await open(to);
      const other = await open(to);
      socket.write(Buffer.from(first, 'hex'));
      await to.until('stdout', /got .*\n/);
      to.child.kill('SIGTERM');
      assert.equal(await rest(other), GOING_AWAY);
      socket.write(Buffer.from(`${second}81810000000063`, 'hex'));
      assert.equal(await rest(socket), GOING_AWAY);
      assert.deepEqual(await to.exited, { code: 0, signal: null });
      assert.match(to.stdout, whole);
      assert.doesNotMatch(to.stdout, /63\n/);
      assert.equal(to.stdout.match(new RegExp(`got ${MASKED}`, 'g')).length, 2);
    });
  }

  test('that does not respond has the grace period', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'upgrade.handler', POLYFN_GRACE: '300ms' });
    const socket = await open(to);
    to.child.kill('SIGTERM');
    assert.equal(await rest(socket).catch((error) => error.code === 'ECONNRESET' && MASKED), MASKED);
    assert.equal((await to.exited).code, 0);
  });
});
