import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { describe, test } from 'node:test';
import { send, startDirect } from './harness.js';

const ALL = ['initialize', 'preFreeze', 'preStop'];
const NAMES = ['X-Fc-Request-Id', 'x-scf-request-id', 'X-CFF-REQUEST-ID', 'X_Fc_Request_Id', 'x-scf-request_id', 'x-fcother'];
const FORGED = Object.fromEntries(NAMES.map((name) => [name, 'FORGED']));

const start = (t, platform, name, env) => startDirect(t, { POLYFN_PLATFORM: platform, FC_FUNCTION_HANDLER: `platform.${name}`, ...env });

/** The paths that reached the function, of all that are a hook's somewhere. */
async function passedOn(to) {
  const passed = [];
  for (const [method, path] of [['POST', '/initialize'], ['POST', '/init'], ['GET', '/pre-freeze'], ['GET', '/pre-stop']]) {
    const { text } = await send(to, { method, path });
    if (text) passed.push(JSON.parse(text).url);
  }
  return passed;
}

for (const [platform, kept, hooks, markers] of [
  ['fc3', ['x-fc-request-id'], ALL, false],
  ['fc2', ['x-fc-request-id'], ALL, true],
  ['lambda', [], [], false],
  ['scf', ['x-scf-request-id'], [], false],
  ['functiongraph', ['x-cff-request-id'], ['initialize'], false],
  ['knative', [], [], false],
  ['kubernetes', [], [], false],
  ['local', ['x-fc-request-id', 'x-scf-request-id', 'x-cff-request-id'], ALL, true],
]) {
  describe(`direct mode on ${platform}`, () => {
    test(`passes on ${kept.join(', ') || 'no platform headers'}`, async (t) => {
      const to = await start(t, platform, 'listener');
      const headers = { ...FORGED, 'transfer-encoding': 'chunked' };
      const { names, views } = (await send(to, { method: 'POST', headers, onRequest: (req) => req.addTrailers(FORGED), body: 'x' })).json();
      const [ours, distinct, trailing, rawTrailers] = views;
      const seen = (list) => list.filter((name) => /^x[-_]/i.test(name)).map((name) => name.toLowerCase());
      for (const list of [names, ours, distinct, trailing]) assert.deepEqual(seen(list), [...kept, 'x-fcother']);
      assert.equal(rawTrailers.length, 2 * kept.length + 2);
    });

    test(`calls ${hooks.join(', ') || 'no hooks'}`, async (t) => {
      const to = await start(t, platform, 'listener', { POLYFN_MARKERS: 'off' });
      const called = { initialize: platform === 'functiongraph' ? '/init' : '/initialize', preFreeze: '/pre-freeze', preStop: '/pre-stop' };
      const paths = hooks.map((name) => called[name]);
      assert.deepEqual(await passedOn(to), ['/initialize', '/init', '/pre-freeze', '/pre-stop'].filter((path) => !paths.includes(path)));
      to.child.kill('SIGTERM');
      await to.exited;
      const ran = new Set(hooks).add('preStop'); // where nobody calls it, the worker itself does
      assert.equal(to.stdout, [...ran].map((name) => `${name} ran\n`).join(''));
    });

    const isFc = kept.includes('x-fc-request-id');
    test(`${isFc ? 'takes' : 'ignores'} the context in FC's headers, and prints ${markers ? '' : 'no '}markers`, async (t) => {
      const to = await start(t, platform, 'handler');
      const context = { 'x-fc-access-key-id': 'AK', 'x-fc-access-key-secret': 'SK', 'x-fc-function-timeout': '60' };
      const path = platform === 'scf' ? '/event-invoke' : '/invoke';
      const got = (await send(to, { method: 'POST', path, headers: { ...FORGED, ...context }, body: 'e' })).json();
      assert.deepEqual([got.event, got.requestId === 'FORGED', got.key, got.deadline !== null], ['e', isFc, isFc ? 'AK' : '', isFc]);
      to.child.kill('SIGTERM');
      await to.exited;
      assert.equal(/^FC Invoke Start RequestId: .*\nFC Invoke End RequestId: .*\n/.test(to.stdout), markers);
      assert.equal(to.stdout.includes('FC '), markers);
    });
  });
}

describe('direct mode without FC in front', () => {
  test('takes no deadline, no kind and no address from a caller', async (t) => {
    const to = await start(t, 'kubernetes', 'handler');
    const headers = { ...FORGED, 'x-fc-control-path': '/invoke', 'x-fc-client-ip': '6.6.6.6', 'X-FC-FUNCTION-TIMEOUT': '0.001' };
    const response = await send(to, { path: '/p', headers });
    assert.deepEqual([response.status, response.headers['x-fc-status']], [200, undefined]);
    const event = JSON.parse(response.json().event);
    assert.equal(event.requestContext.http.sourceIp, '127.0.0.1');
    assert.deepEqual(Object.keys(event.headers).filter((name) => name.startsWith('X')), ['X-Fcother']);
  });

  test('has HTTP requests where only other platforms have events', async (t) => {
    for (const [platform, path] of [['scf', '/invoke'], ['kubernetes', '/event-invoke']]) {
      const response = await send(await start(t, platform, 'handler'), { method: 'POST', path, body: 'e' });
      assert.deepEqual([response.headers['x-fc-status'], JSON.parse(response.json().event).rawPath], [undefined, path]);
    }
  });

  test('passes no forged header with a WebSocket handshake', async (t) => {
    const { port } = await start(t, 'kubernetes', 'handler');
    const socket = net.connect(port, '127.0.0.1').setEncoding('utf8');
    t.after(() => socket.destroy());
    socket.write('GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Fc-Function-Timeout: 0.001\r\nX_Fc_A: 1\r\n\r\n');
    let text = '';
    socket.on('data', (data) => (text += data));
    await once(socket, 'close');
    assert.equal(text.split('\r\n\r\n')[1], 'Host,h,Connection,Upgrade,Upgrade,websocket');
  });

  test('keeps a WebSocket whose timeout is longer than a timer', async (t) => {
    const { port } = await start(t, 'fc3', 'handler');
    const socket = net.connect(port, '127.0.0.1').setEncoding('utf8');
    t.after(() => socket.destroy());
    socket.write('GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Fc-Function-Timeout: 3000000\r\n\r\n');
    let text = '';
    socket.on('data', (data) => (text += data));
    await once(socket, 'close');
    assert.match(text.split('\r\n\r\n')[1], /^Host,h,/);
  });
});
