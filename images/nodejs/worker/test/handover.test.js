import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import http from 'node:http';
import { invoke, open, send, startProcess, temporaryFolder } from './harness.js';

/** A worker that comes first, on a free port. Without the entrypoint nobody waits on descriptor 3. */
async function startFirst(t, env) {
  const folder = path.join(temporaryFolder(t), 'first');
  const sockets = { POLYFN_SOCKET: path.join(folder, 'worker.sock'), POLYFN_HANDOVER_SOCKET: path.join(folder, 'core.sock') };
  const port = await freePort();
  const started = startProcess(t, { POLYFN_PORT: String(port), ...sockets, ...env });
  await listening({ path: sockets.POLYFN_SOCKET });
  return { ...started, to: { port }, behind: { socketPath: sockets.POLYFN_SOCKET }, takeOver: () => takeOver(sockets.POLYFN_HANDOVER_SOCKET) };
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(where) {
  for (;;) {
    const socket = net.connect(where);
    try {
      await once(socket, 'connect');
      return socket.destroy();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** As the core: what the worker says, and when it has nothing left of its own. */
function takeOver(socketPath) {
  const core = net.connect({ path: socketPath });
  let text = '';
  const said = new Promise((resolve) => core.setEncoding('utf8').on('data', (more) => (text += more).endsWith('\n') && resolve(text)));
  return { said, done: once(core, 'end'), stop: () => core.write('\n') };
}

test('serves the port as in direct mode and the socket as behind the core, a request a connection', async (t) => {
  const { to, behind } = await startFirst(t, { FC_FUNCTION_HANDLER: 'echo.handler', POLYFN_PLATFORM: 'fc3' });
  const direct = await invoke(to, 'first', { 'x-fc-request-id': 'r-1' });
  assert.equal(direct.text, 'first');
  assert.equal(direct.headers.connection, 'close');
  assert.equal(direct.headers['x-request-id'], 'r-1');
  assert.ok(direct.headers.date);
  const core = await invoke(behind, 'second');
  assert.equal(core.text, 'second');
  assert.notEqual(core.headers.connection, 'close');
  assert.equal(core.headers.date, undefined);
});

test('tells the core what has initialized the function, once the initializer is done', async (t) => {
  const { to, takeOver } = await startFirst(t, { FC_FUNCTION_HANDLER: 'hooks.handler', POLYFN_PLATFORM: 'fc3' });
  const initialize = (id) => send(to, { method: 'POST', path: '/initialize', headers: { 'X-Fc-Request-Id': id } });
  assert.equal((await initialize('failed')).status, 404);
  assert.equal((await initialize('i-1')).status, 200);
  assert.match(await takeOver().said, /^X-Fc-Request-Id: i-1\n(.+\n)*\n$/m);
});

test('says that nothing has been initialized', async (t) => {
  const { takeOver } = await startFirst(t, { FC_FUNCTION_HANDLER: 'hooks.handler', POLYFN_PLATFORM: 'fc3' });
  assert.equal(await takeOver().said, '\n');
});

test('finishes what it has, then ends the handover; the port is closed by then', async (t) => {
  const { to, behind, takeOver } = await startFirst(t, { FC_FUNCTION_HANDLER: 'streams.endless', POLYFN_PLATFORM: 'fc3' });
  const slow = await open(to, { method: 'POST', path: '/invoke' });
  const { done } = takeOver();
  await assert.rejects(refused(to), { code: 'ECONNREFUSED' });
  let isDone = false;
  void done.then(() => (isDone = true));
  const ofTheCore = await open(behind, { method: 'POST', path: '/invoke' });
  assert.equal(isDone, false);
  slow.req.destroy();
  await done;
  ofTheCore.req.destroy();
});

test('closes its WebSockets when both stop', async (t) => {
  const { to, takeOver } = await startFirst(t, { FC_FUNCTION_HANDLER: 'websocket.handler' });
  const socket = net.connect(to.port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  await once(socket, 'data');
  const { said, done, stop } = takeOver();
  await said;
  stop();
  assert.equal((await once(socket, 'data'))[0].toString('hex'), '880203e9');
  await done;
});

test('a module that cannot be loaded opens no port', async (t) => {
  const started = startProcess(t, {
    POLYFN_PORT: String(await freePort()),
    POLYFN_SOCKET: path.join(temporaryFolder(t), 'w', 'worker.sock'),
    POLYFN_HANDOVER_SOCKET: path.join(temporaryFolder(t), 'w', 'core.sock'),
    POLYFN_HANDLER: 'nothing.there',
  });
  assert.deepEqual(await started.exited, { code: 78, signal: null });
  assert.match(started.stderr, /HandlerNotFound/);
});

test('where the port is taken it serves the socket alone', async (t) => {
  const core = http.createServer((req, res) => res.end('the core')).listen(0, '0.0.0.0');
  await once(core, 'listening');
  t.after(() => core.close());
  const { behind } = await startFirst(t, { POLYFN_PORT: String(core.address().port), FC_FUNCTION_HANDLER: 'echo.handler' });
  assert.equal((await invoke(behind, 'served')).text, 'served');
});

async function refused(to) {
  for (;;) {
    const socket = net.connect({ port: to.port, host: '127.0.0.1' });
    await once(socket, 'connect');
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
