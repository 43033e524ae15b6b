import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { HANDLERS, invoke, open, send, startDirect, startProcess, temporaryFolder } from './harness.js';

const ID = { 'x-fc-request-id': 'r1' };
const FAILED = /\nFC Invoke End RequestId: r1, Error: Unhandled function error\n$/;

function behindCore(t, env) {
  const socketPath = path.join(temporaryFolder(t), 'worker.sock');
  const worker = startProcess(t, { POLYFN_SOCKET: socketPath, ...env });
  worker.socketPath = socketPath;
  return worker;
}

/** Tries until the socket is there, as the core does: there is nothing else to wait for. */
async function ready(worker) {
  while (!existsSync(worker.socketPath)) await new Promise(setImmediate);
  return worker;
}

test('a worker stops when the core behind which it is has been killed', async (t) => {
  const socketPath = path.join(temporaryFolder(t), 'worker.sock');
  const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
  const core = spawn('sh', ['-c', '"$0" "$1" & echo $!; wait', process.execPath, main], {
    env: { PATH: process.env.PATH, POLYFN_SOCKET: socketPath, FC_FUNC_CODE_PATH: HANDLERS, FC_HANDLER: 'process.prints' },
  });
  const [pid] = await once(core.stdout, 'data');
  t.after(() => spawn('kill', ['-KILL', pid.toString().trim()]));
  await ready({ socketPath });
  core.kill('SIGKILL');
  await once(core, 'close'); // of its output, which the worker has, too
});

describe('direct mode', () => {
  test('prints FC\'s lines around an event, before the response ends', async (t) => {
    const log = path.join(temporaryFolder(t), 'log');
    const to = await startDirect(t, { FC_HANDLER: 'process.prints' }, openSync(log, 'w'));
    await invoke(to, '', ID);
    const [first, middle, last] = readFileSync(log, 'utf8').trimEnd().split('\n');
    assert.equal(first, 'FC Invoke Start RequestId: r1');
    assert.match(middle, /^\d{4}-\d\d-\d\dT[\d:.]+Z r1 \[INFO\] from the function$/);
    assert.equal(last, 'FC Invoke End RequestId: r1');
  });

  test('marks what failed, and logs its stack', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'process.fails' });
    const response = await invoke(to, '', ID);
    assert.equal(response.status, 404);
    await to.until('stdout', FAILED);
    assert.match(to.stdout, /^FC Invoke Start RequestId: r1\n.* r1 \[ERROR\] Error: on purpose\n {4}at /);
  });

  test('marks hooks and HTTP requests', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'listener.status' });
    await send(to, { method: 'POST', path: '/initialize', headers: ID });
    await send(to, { path: '/pre-freeze', headers: ID });
    await send(to, { path: '/pre-stop', headers: ID });
    await send(to, { path: '/', headers: { ...ID, 'x-want': '200' } });
    await to.until('stdout', /FC Invoke End .*\n$/);
    const lines = ['Initialize', 'PreFreeze', 'PreStop', 'Invoke'].map((what) => `FC ${what} Start RequestId: r1\nFC ${what} End RequestId: r1\n`);
    assert.equal(to.stdout, lines.join(''));
  });

  test('fails events at the deadline itself', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'process.never', POLYFN_TIMEOUT: '50ms' });
    const response = await invoke(to, '', ID);
    assert.deepEqual([response.status, response.headers['x-fc-status'], response.headers['x-polyfn-failure']], [404, '404', 'DeadlineExceeded']);
    await to.until('stdout', FAILED);
  });

  test('fails HTTP requests at the deadline of the header, and survives a function that responds later', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'listener.hangs' });
    const headers = { 'x-fc-function-timeout': '0.05' };
    const response = await send(to, { path: '/', headers });
    assert.deepEqual([response.status, response.headers['x-polyfn-failure']], [504, 'DeadlineExceeded']);
    // The second one's late response comes after the first one's.
    assert.equal((await send(to, { path: '/' })).text, 'late');
  });

  test('cuts a stream at the deadline', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'process.streams', POLYFN_TIMEOUT: '50ms' });
    const res = await open(to, { method: 'POST', path: '/invoke' });
    await assert.rejects(async () => { for await (const piece of res) assert.equal(piece.toString(), 'one'); }, { code: 'ECONNRESET' });
  });

  test('prints no markers on FC 3, which prints them itself', async (t) => {
    const env = { FC_FUNCTION_HANDLER: 'process.prints', FC_FUNCTION_NAME: 'f', FC_INSTANCE_ID: 'c-1' };
    const to = await startDirect(t, env);
    await invoke(to, '', ID);
    await send(to, { path: '/pre-stop', headers: ID });
    to.child.kill('SIGTERM');
    await to.exited;
    assert.match(to.stdout, /^\S+Z r1 \[INFO\] from the function\npreStop ran\n$/);
  });

  test('prints markers anywhere with POLYFN_MARKERS=on', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'echo.handler', POLYFN_PLATFORM: 'lambda', POLYFN_MARKERS: 'on' });
    await invoke(to);
    await to.until('stdout', /^FC Invoke Start RequestId: (\S+)\nFC Invoke End RequestId: \1\n$/);
  });

  test('gives every invocation the reason when loading failed', async (t) => {
    const to = await startDirect(t, { FC_FUNC_CODE_PATH: temporaryFolder(t) });
    const event = await invoke(to);
    assert.deepEqual([event.status, event.headers['x-polyfn-failure']], [404, 'HandlerNotFound']);
    assert.match(event.json().errorMessage, /^no index\.js, index\.mjs, index\.cjs.* is empty/);
    assert.equal((await send(to, { path: '/' })).status, 503);
    assert.equal((await send(to, { method: 'POST', path: '/initialize' })).status, 404);
    assert.equal((await send(to, { path: '/pre-stop' })).status, 200);
  });

  test('gives the reason when a top-level await never settles, or the code folder is missing', async (t) => {
    const hangs = await startDirect(t, { POLYFN_HANDLER: 'broken/hangs.handler' });
    assert.match((await invoke(hangs)).json().errorMessage, /never finished loading/);
    const folder = await startDirect(t, { FC_FUNC_CODE_PATH: '/no/such/folder' });
    assert.match((await invoke(folder)).json().errorMessage, /\/no\/such\/folder: ENOENT/);
  });

  for (const [name, value, words] of [
    ['POLYFN_TIMEOUT', 'soon', 'is not a duration: use 500ms, 30s or 2m'], ['POLYFN_SIGNATURE', 'evnt', 'must be event, http or fetch'],
    ['POLYFN_HANDLER', 'foo', 'is not a handler: use file.export, such as index.handler'], ['POLYFN_HANDLER', 'foo.bar', ': no foo.js,'],
    ['POLYFN_HANDLER', 'echo.hander', "has no export 'hander'; it exports: handler, kind, text; did you mean POLYFN_HANDLER=echo.handler?"],
  ]) {
    test(`exits with 2 and one line on ${name}=${value}, with 78 behind the core`, async (t) => {
      for (const [worker, code] of [[startProcess(t, { [name]: value }), 2], [behindCore(t, { [name]: value }), 78]]) {
        assert.equal((await worker.exited).code, code);
        assert.match(worker.stderr, /^polyfn worker: [^\n]+\n$/);
        assert.ok(worker.stderr.includes(`${name}=${value}`) && worker.stderr.includes(words), worker.stderr);
        assert.equal(worker.stdout, '');
      }
    });
  }

  test('exits with 1 when the port is taken', async (t) => {
    const holder = net.createServer().listen(0, '0.0.0.0');
    await once(holder, 'listening');
    t.after(() => holder.close());
    const worker = startProcess(t, { PORT: String(holder.address().port), FC_HANDLER: 'echo.handler' });
    assert.equal((await worker.exited).code, 1);
    assert.match(worker.stderr, /cannot listen on \d+: .*EADDRINUSE/);
    assert.doesNotMatch(worker.stderr, /by itself/);
  });

  test('says why when the function has taken the port itself', async (t) => {
    const holder = net.createServer().listen(0, '0.0.0.0');
    await once(holder, 'listening');
    const { port } = holder.address();
    await new Promise((resolve) => holder.close(resolve));
    const worker = startProcess(t, { PORT: String(port), FC_HANDLER: 'listens-itself.handler' });
    assert.equal((await worker.exited).code, 1);
    assert.match(worker.stderr, /cannot listen on \d+: .*EADDRINUSE.*; the function listens by itself: export the app and do not call listen\n$/);
  });

  test('lives on when nobody reads its log', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'process.prints' });
    to.child.stdout.destroy();
    await once(to.child.stdout, 'close');
    for (let i = 0; i < 3; i++) assert.equal((await invoke(to)).status, 200);
  });
});

describe('behind the core', () => {
  test('listens on the socket, replacing a stale one, and prints no markers', async (t) => {
    const worker = behindCore(t, { FC_HANDLER: 'process.prints' });
    assert.equal((await invoke(await ready(worker), '', ID)).status, 200);
    worker.child.kill('SIGKILL');
    await worker.exited;
    assert.match(worker.stdout, /^\S+Z r1 \[INFO\] from the function\n$/);
    assert.equal(worker.stderr, '');
    const next = startProcess(t, { POLYFN_SOCKET: worker.socketPath, FC_HANDLER: 'hooks.handler' });
    next.socketPath = worker.socketPath;
    let response;
    while (!response) response = await invoke(next).catch(() => undefined); // refused until it is replaced
    assert.equal(response.text, '0');
  });

  test('exits with 1 when loading fails, the reason being stderr\'s last line', async (t) => {
    const worker = behindCore(t, { POLYFN_HANDLER: 'broken/syntax.handler' });
    assert.equal((await worker.exited).code, 1);
    assert.match(worker.stderr.trimEnd().split('\n').at(-1), /FunctionLoadFailed: cannot load .*syntax\.mjs: SyntaxError: .* at .*syntax\.mjs:2$/);
    assert.equal(existsSync(worker.socketPath), false);
  });

  test('ignores SIGINT, drains on SIGTERM, runs no preStop of its own', async (t) => {
    const worker = behindCore(t, { FC_HANDLER: 'process.slow' });
    const response = invoke(await ready(worker));
    await worker.until('stdout', /in the handler/);
    worker.child.kill('SIGINT');
    worker.child.kill('SIGTERM');
    worker.child.stdin.write('\n');
    assert.equal((await response).text, 'finished');
    assert.deepEqual(await worker.exited, { code: 0, signal: null });
    assert.doesNotMatch(worker.stdout, /preStop ran/);
    assert.equal(existsSync(worker.socketPath), false);
  });
});

describe('an error that nobody catches', () => {
  test('fails every invocation in flight with its stack, then ends the process', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'process.uncaught' });
    const other = invoke(to, 'waits');
    await to.until('stdout', /in the handler/);
    for (const response of await Promise.all([other, invoke(to)])) {
      const { errorType, errorMessage, stackTrace } = response.json();
      assert.deepEqual([response.status, errorType, errorMessage], [404, 'RangeError', 'nobody caught this']);
      assert.ok(stackTrace.some((line) => line.includes('process.cjs')));
    }
    assert.equal((await to.exited).code, 1);
    assert.match(to.stderr, /uncaught RangeError: nobody caught this\n {4}at .*process\.cjs/);
  });

  test('may be a rejection with any reason', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'process.unhandled' });
    assert.deepEqual((await invoke(to)).json(), { errorMessage: 'plain reason', errorType: 'string', stackTrace: [] });
    assert.equal((await to.exited).code, 1);
  });

  test("is waited for while the function's own listener reports it, for no longer than a second", async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'reports.handler' });
    assert.equal((await invoke(to)).json().errorMessage, 'nobody caught this');
    assert.equal((await to.exited).code, 1);
    const [, after] = /reported nobody caught this\nexits (\d+) ms later\n$/.exec(to.stdout);
    assert.ok(after < 500, 'exits when it is done, not at the end of the time');

    const stuck = await startDirect(t, { FC_HANDLER: 'reports.stuck' });
    assert.equal((await invoke(stuck)).status, 404);
    assert.equal((await stuck.exited).code, 1);
  });

  test('cuts the streams under way', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'process.streamsThenThrows' });
    const res = await open(to, { method: 'POST', path: '/invoke' });
    await once(res, 'data');
    to.child.stdin.write('\n');
    await assert.rejects(async () => { for await (const piece of res) void piece; }, { code: 'ECONNRESET' });
    assert.equal((await to.exited).code, 1);
  });
});

describe('SIGTERM', () => {
  for (const count of [1, 10, 200]) {
    test(`lets ${count} in flight finish`, async (t) => {
      const to = await startDirect(t, { FC_HANDLER: 'process.slow' });
      const responses = Array.from({ length: count }, () => invoke(to));
      await to.until('stdout', { exec: (text) => text.split('in the handler').length > count });
      to.child.kill('SIGTERM');
      await refused(to);
      to.child.stdin.write('\n');
      for (const response of await Promise.all(responses)) {
        assert.deepEqual([response.status, response.text, response.headers.connection], [200, 'finished', 'close']);
      }
      assert.deepEqual(await to.exited, { code: 0, signal: null });
      assert.match(to.stdout, /FC PreStop Start RequestId: \S+\npreStop ran\nFC PreStop End RequestId: \S+\n$/);
    });
  }

  /** The port no longer takes connections: the only outer sign of a drain that has begun. */
  async function refused(to) {
    for (;;) {
      const socket = net.connect(to.port, '127.0.0.1');
      const response = await Promise.race([once(socket, 'connect'), once(socket, 'error').then(() => 'refused')]).catch(() => 'refused');
      socket.destroy();
      if (response === 'refused') return;
    }
  }

  test('runs preStop once when /pre-stop was called before', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'process.prints' });
    await send(to, { path: '/pre-stop' });
    to.child.kill('SIGTERM');
    assert.equal((await to.exited).code, 0);
    assert.equal(to.stdout.match(/preStop ran/g).length, 1);
  });

  test('closes idle connections at once', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'process.prints' });
    const agent = new http.Agent({ keepAlive: true });
    t.after(() => agent.destroy());
    await send({ ...to, agent }, { method: 'POST', path: '/invoke' });
    to.child.kill('SIGTERM');
    assert.deepEqual(await to.exited, { code: 0, signal: null });
  });

  for (const [name, handler, env] of [['a request', 'process.listens', {}], ['an event', 'process.slow', {}], ['what has the default', 'process.slow', { POLYFN_TIMEOUT: '1000h' }]]) {
    test(`waits for ${name} whose timeout is longer than a timer, and so is the grace period`, async (t) => {
      const to = await startDirect(t, { FC_HANDLER: handler, POLYFN_GRACE: '1000h', ...env });
      const headers = env.POLYFN_TIMEOUT ? {} : { 'x-fc-function-timeout': '3000000' };
      const response = handler === 'process.slow' ? invoke(to, '', headers) : send(to, { path: '/', headers });
      await to.until('stdout', /in the handler/);
      to.child.kill('SIGTERM');
      await refused(to);
      to.child.stdin.write('\n');
      assert.deepEqual([(await response).status, (await response).text], [200, 'finished']);
      assert.deepEqual(await to.exited, { code: 0, signal: null });
    });
  }

  test('fails what is in flight when the grace period is over', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'process.never', POLYFN_GRACE: '50ms' });
    const response = invoke(to);
    await to.until('stdout', /in the handler/);
    to.child.kill('SIGTERM');
    assert.equal((await response).headers['x-polyfn-failure'], 'WorkerExiting');
    assert.equal((await to.exited).code, 0);
  });

  test('takes no longer than the grace period, the pre-stop hook included', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'stuck.handler', POLYFN_GRACE: '900ms' });
    const response = invoke(to);
    await to.until('stdout', /in the handler/);
    const started = performance.now();
    to.child.kill('SIGTERM');
    assert.equal((await response).headers['x-polyfn-failure'], 'WorkerExiting');
    assert.equal((await to.exited).code, 0);
    const took = performance.now() - started;
    assert.ok(took > 800 && took < 1800, `${took} ms`);
    assert.match(to.stdout, /preStop began\n$/);
  });

  test('a second one changes nothing', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'process.slow' });
    const response = invoke(to);
    await to.until('stdout', /in the handler/);
    to.child.kill('SIGTERM');
    await refused(to);
    to.child.kill('SIGTERM');
    to.child.stdin.write('\n');
    assert.equal((await response).text, 'finished');
    assert.equal((await to.exited).code, 0);
  });

  test('a second SIGINT exits at once', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'process.never' });
    const response = invoke(to);
    await to.until('stdout', /in the handler/);
    to.child.kill('SIGINT');
    await refused(to);
    to.child.kill('SIGINT');
    await assert.rejects(response);
    assert.equal((await to.exited).code, 130);
  });

  test('in direct mode SIGINT does the same', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'process.listens' });
    const response = send(to, { path: '/' });
    await to.until('stdout', /in the handler/);
    to.child.kill('SIGINT');
    to.child.stdin.write('\n');
    assert.equal((await response).text, 'finished');
    assert.equal((await to.exited).code, 0);
  });
});
