import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { describe, test } from 'node:test';
import { invoke, open, send, startDirect, startInside } from './harness.js';
import { events } from './handlers/fetch.mjs';

describe('dispatch', () => {
  const as = (control, method, path) => ({ method, path, headers: control === undefined ? {} : { 'x-fc-control-path': control } });
  for (const [what, request, isEvent] of [
    ['POST /invoke', as(undefined, 'POST', '/invoke'), true],
    ['POST /invoke with a query', as(undefined, 'POST', '/invoke?a=1'), true],
    ['an empty control path', as('', 'POST', '/invoke'), true],
    ['GET /invoke', as(undefined, 'GET', '/invoke'), false],
    ['POST /invoke/', as(undefined, 'POST', '/invoke/'), false],
    ['a client that asks for /invoke', as('/http-invoke', 'POST', '/invoke'), false],
    ['the control path before the path', as('/invoke', 'POST', '/other'), true],
    ['a proxy prefix', as(undefined, 'POST', '/2016-08-15/proxy/s/f/invoke'), false],
  ]) {
    test(`${what} is ${isEvent ? 'an event' : 'HTTP'}`, async (t) => {
      const response = await send(await startInside(t, 'echo.handler'), { ...request, body: '' });
      assert.equal(response.headers['x-fc-status'], isEvent ? '200' : undefined);
      assert.equal(response.text.includes('"rawPath"'), !isEvent);
    });
  }

  test('leaves a proxy prefix in the path', async (t) => {
    const response = await send(await startInside(t, 'listener.plain'), { path: '/2016-08-15/proxy/s/f/a?b=1' });
    assert.equal(response.headers['x-seen'], 'GET /2016-08-15/proxy/s/f/a?b=1');
  });
});

describe('a Node.js listener', () => {
  test('streams both ways with its own status and headers', async (t) => {
    const response = await send(await startInside(t, 'listener.plain'), { method: 'PUT', path: '/x', body: 'in and out' });
    assert.deepEqual([response.status, response.text, response.headers['x-seen']], [201, 'in and out', 'PUT /x']);
  });

  test('may use the methods of older FC', async (t) => {
    const to = await startInside(t, 'listener.older');
    const headers = { 'x-fc-request-id': 'r1', 'x-fc-client-ip': '1.2.3.4' };
    const response = await send(to, { path: '/p?a=1&a=2&b=3', headers });
    assert.equal(response.status, 202);
    assert.deepEqual(response.json(), { path: '/p', queries: { a: ['1', '2'], b: '3' }, clientIP: '1.2.3.4', method: 'GET' });
    assert.deepEqual([response.headers['x-request'], response.headers['x-gone']], ['r1', undefined]);
  });

  test('gets names of Object.prototype in a query as its own', async (t) => {
    const { queries } = (await send(await startInside(t, 'listener.older'), { path: '/?constructor=1&__proto__=x&a=1&a=2' })).json();
    assert.deepEqual(Object.entries(queries), [['constructor', '1'], ['__proto__', 'x'], ['a', ['1', '2']]]);
  });

  for (const [name, text] of [['sendsObject', '{"a":1}'], ['sendsStream', 'xy'], ['assigns', '/mine'], ['middleware', 'undefined']]) {
    test(`responds: ${name}`, async (t) => assert.equal((await send(await startInside(t, `listener.${name}`))).text, text));
  }

  test('is set by POLYFN_SIGNATURE when its names do not show it', async (t) => {
    const response = await send(await startInside(t, 'listener.anyName', { POLYFN_SIGNATURE: 'http' }));
    assert.equal(response.text, 'by signature');
  });

  test('that throws gets 500 with the failure and none of its own headers', async (t) => {
    const response = await send(await startInside(t, 'listener.throws'));
    assert.deepEqual([response.status, response.headers['x-polyfn-failure'], response.headers['x-left-over']], [500, 'FunctionError', undefined]);
    assert.deepEqual([response.json().errorMessage, response.headers['x-fc-status']], ['listener broke', undefined]);
  });

  test('that rejects midway is cut', async (t) => {
    await assert.rejects(send(await startInside(t, 'listener.rejects')), { code: 'ECONNRESET' });
  });

  for (const [want, status] of [[200, '200'], [302, '200'], [400, '404'], [503, '404']]) {
    test(`that responds to an event with ${want} has x-fc-status ${status}`, async (t) => {
      const response = await invoke(await startInside(t, 'listener.status'), '', { 'x-want': want });
      assert.deepEqual([response.status, response.headers['x-fc-status'], response.text], [want, status, 'done']);
    });
  }

  for (const [name, text] of [['express', 'express undefined GET'], ['koa', 'koa'], ['fastify', 'fastify true'], ['server', 'server'], ['hono', 'hono']]) {
    test(`${name} look-alike runs as it is`, async (t) => {
      assert.equal((await send(await startInside(t, `apps.${name}`))).text, text);
    });
  }

  test('that exchanges prototypes still has x-fc-status for events', async (t) => {
    const response = await invoke(await startInside(t, 'apps.express'));
    assert.deepEqual([response.headers['x-fc-status'], response.text], ['200', 'express undefined POST']);
  });

  test('may not set reserved headers in direct mode', async (t) => {
    const to = await startDirect(t, { FC_FUNCTION_HANDLER: 'listener.plain' });
    const response = await send(to, { path: '/' });
    assert.deepEqual([response.headers['x-fc-status'], response.headers['x-polyfn-failure'], response.headers['x-seen']], [undefined, undefined, 'GET /']);
  });
});

describe('a fetch function', () => {
  test('echoes a streamed body', async (t) => {
    const to = await startInside(t, 'fetch.default');
    const body = Buffer.alloc(1_000_000, 'ab');
    const response = await send(to, { method: 'POST', path: '/echo', body });
    assert.deepEqual(response.bytes, body);
    assert.equal(response.headers['x-method'], 'POST');
  });

  test('sees the URL the client asked for', async (t) => {
    const to = await startInside(t, 'fetch.default');
    const headers = { host: 'example.org', 'x-forwarded-proto': 'https' };
    assert.equal((await send(to, { path: '/url?q=%20', headers })).text, 'https://example.org/url?q=%20');
  });

  test('gets no request whose Host would change the path', async (t) => {
    const to = await startInside(t, 'fetch.default');
    for (const host of ['a/url?', 'a?', 'a#', 'a\\', 'u@a', '[::1', 'a:b']) {
      assert.equal((await send(to, { path: '/url', headers: { host } })).status, 400, host);
    }
    for (const host of ['a', 'a:1', '[::1]:80', 'a_b.c', '']) {
      assert.equal((await send(to, { path: '/url', headers: { host } })).status, 200, host);
    }
  });

  test('sends no length with 204', async (t) => {
    const response = await send(await startInside(t, 'fetch.default'), { path: '/no-content' });
    assert.deepEqual([response.status, response.headers['content-length']], [204, undefined]);
  });

  test('sends every set-cookie, and no body with 204', async (t) => {
    const response = await send(await startInside(t, 'fetch.default'), { path: '/cookies' });
    assert.deepEqual([response.status, response.headers['set-cookie'], response.text], [204, ['a=1', 'b=2'], '']);
  });

  test('sends its status and text', async (t) => {
    const res = await open(await startInside(t, 'fetch.default'), { path: '/teapot' });
    assert.deepEqual([res.statusCode, res.statusMessage, res.headers.connection], [418, 'Teapot', 'keep-alive']);
    res.resume();
  });

  test('gets the context', async (t) => {
    const response = await send(await startInside(t, 'fetch.default'), { path: '/context', headers: { 'x-fc-request-id': 'r9' } });
    assert.deepEqual(response.json(), { id: 'r9' });
  });

  test('responds to an event by its HTTP response', async (t) => {
    const response = await invoke(await startInside(t, 'fetch.default'), 'data');
    assert.deepEqual([response.status, response.headers['x-fc-status'], response.text], [200, '200', 'event data']);
  });

  test('sends its head before the first piece', async (t) => {
    const res = await open(await startInside(t, 'fetch.default'), { path: '/sse' });
    assert.equal(res.headers['content-type'], 'text/event-stream');
    events.emit('go');
    const [piece] = await once(res, 'data');
    assert.equal(piece.toString(), 'data: 1\n\n');
    await new Promise(setImmediate);
    events.emit('go');
    await once(res, 'end');
  });

  test('has a signal that fires when the client disconnects, not when the body has been read', async (t) => {
    const to = await startInside(t, 'fetch.default');
    const waiting = once(events, 'waiting');
    const req = http.request({ socketPath: to.socketPath, method: 'POST', path: '/signal' }).on('error', () => {});
    req.end('body');
    await waiting;
    const aborted = once(events, 'aborted');
    req.destroy();
    assert.deepEqual(await aborted, [false]);
  });

  for (const encoding of ['gzip', 'br', 'deflate']) {
    for (const how of ['returned', 'copied']) {
      test(`sends what another server sent in ${encoding} as Node.js has decoded it, ${how}`, async (t) => {
        const to = await startInside(t, 'proxy.handler');
        const response = await send(to, { path: `/${how}/${encoding}` });
        assert.deepEqual([response.status, response.headers['x-origin']], [200, '1']);
        assert.deepEqual([response.headers['content-encoding'], response.headers['content-length']], [undefined, undefined]);
        assert.equal(response.text, 'größe '.repeat(100));
      });
    }

    test(`leaves its own ${encoding} alone`, async (t) => {
      const response = await send(await startInside(t, 'proxy.handler'), { path: `/own/${encoding}` });
      assert.equal(response.headers['content-encoding'], encoding);
      assert.equal(Number(response.headers['content-length']), response.bytes.length);
      assert.notEqual(response.bytes.length, 0);
      assert.ok(response.bytes.length < 100);
    });
  }

  test('leaves the headers of a HEAD response alone', async (t) => {
    const response = await send(await startInside(t, 'proxy.handler'), { method: 'HEAD', path: '/returned/gzip' });
    assert.equal(response.headers['content-encoding'], 'gzip');
    assert.ok(Number(response.headers['content-length']) > 0);
  });

  for (const path of ['/longer', '/shorter']) {
    test(`that has a wrong content-length is cut: ${path}`, async (t) => {
      await assert.rejects(send(await startInside(t, 'fetch.default'), { path }), { code: 'ECONNRESET' });
    });
  }

  test("may return a library's own Response", async (t) => {
    const response = await send(await startInside(t, 'fetch.default'), { path: '/library' });
    assert.deepEqual([response.status, response.headers['x-library'], response.text], [202, '1', 'ab']);
  });

  test('may return a Response once', async (t) => {
    const to = await startInside(t, 'fetch.default');
    assert.equal((await send(to, { path: '/same' })).text, 'same');
    const response = await send(to, { path: '/same' });
    assert.deepEqual([response.status, response.headers['x-polyfn-failure']], [500, 'FunctionError']);
    assert.match(response.json().errorMessage, /has been read or sent already/);
  });

  test('may be a function (request, context)', async (t) => {
    const to = await startInside(t, 'guessed.responds');
    assert.equal((await send(to, { path: '/a' })).text, 'http://localhost/a Context');
    const failed = await send(await startInside(t, 'guessed.event'));
    assert.equal(failed.status, 500);
    assert.match(failed.json().errorMessage, /because of its parameters \(request, context\).*POLYFN_SIGNATURE=event/);
  });

  test('that was taken for a listener fails with the reason', async (t) => {
    const failed = await send(await startInside(t, 'guessed.listener'));
    assert.deepEqual([failed.status, failed.headers['x-polyfn-failure']], [500, 'FunctionError']);
    assert.match(failed.json().errorMessage, /called as \(req, res\).*POLYFN_SIGNATURE=fetch/);
  });

  test('responds to HEAD without a body', async (t) => {
    const response = await send(await startInside(t, 'fetch.default'), { method: 'HEAD', path: '/url' });
    assert.deepEqual([response.status, response.text], [200, '']);
  });

  test('that throws or returns nothing fails with 500', async (t) => {
    const to = await startInside(t, 'fetch.default');
    assert.equal((await send(to, { path: '/no-such' })).json().errorMessage, 'no route');
    const response = await send(to, { path: '/nothing' });
    assert.deepEqual([response.status, response.headers['x-polyfn-failure']], [500, 'FunctionError']);
  });

  test('is not bothered with what no web Request can be', async (t) => {
    const to = await startInside(t, 'fetch.default');
    assert.equal((await send(to, { method: 'TRACE', path: '/url' })).status, 405);
    assert.equal((await send(to, { path: '/url', headers: { host: 'a b' } })).status, 400);
  });
});

describe('an event handler that gets HTTP', () => {
  const get = async (t, path, options = {}) => send(await startInside(t, 'http-event.handler'), { path, ...options });

  test('is handed FC 3\'s HTTP event', async (t) => {
    const headers = {
      host: 'id.cn-x.fcapp.run', 'user-agent': 'me', 'X-MANY': ['1', '2'], 'content-type': 'text/plain; charset=utf-8', cookie: 'a=1; b=2', 'x-fc-client-ip': '9.9.9.9', 'x-fc-account-id': '42',
      'x-fc-request-id': 'r1', 'x-fc-access-key-secret': 'SEKRIT', 'X-Scf-Secret-Key': 'SEKRIT', 'x-scf-session-token': 'SEKRIT', 'x_cff_secret': 'SEKRIT',
    };
    const response = await get(t, '/%65vent?q=1&q=2&e=&__proto__=x', { method: 'POST', body: 'größe', headers });
    const event = response.json();
    assert.deepEqual([event.version, event.rawPath, event.body, event.isBase64Encoded], ['v1', '/%65vent', 'größe', false]);
    assert.deepEqual(Object.entries(event.queryParameters), [['q', '1,2'], ['e', ''], ['__proto__', 'x']]);
    assert.deepEqual(
      ['X-Many', 'Content-Type', 'Cookie', 'User-Agent', 'Host'].map((name) => event.headers[name]),
      ['1,2', 'text/plain; charset=utf-8', 'a=1; b=2', 'me', 'id.cn-x.fcapp.run'],
    );
    assert.deepEqual(event.requestContext.http, { method: 'POST', path: '/event', protocol: 'HTTP/1.1', sourceIp: '9.9.9.9', userAgent: 'me' });
    const { accountId, domainName, domainPrefix, requestId, time, timeEpoch } = event.requestContext;
    assert.deepEqual([accountId, domainName, domainPrefix, requestId], ['42', 'id.cn-x.fcapp.run', 'id', 'r1']);
    assert.equal(time, new Date(Number(timeEpoch)).toISOString().replace(/\.\d+/, ''));
    assert.doesNotMatch(response.text, /SEKRIT/);
  });

  for (const [type, body, isBase64Encoded] of [
    [undefined, 'text', true], [undefined, '', true], ['application/octet-stream', Buffer.from([255, 0]), true],
    ['application/x-www-form-urlencoded', 'a=1', true], ['application/problem+json', '{}', true], ['text/html', 'text', false],
    ['TEXT/CSV ; charset=utf-8', '', false], ['application/json', '{}', false], ['application/ld+json', '{}', false],
    ['application/xhtml+xml', 'text', false], ['application/xml', 'text', false], ['application/atom+xml', 'text', false],
    ['application/javascript', 'text', false],
  ]) {
    test(`is handed a body of type ${type}, ${body.length} bytes, as ${isBase64Encoded ? 'base64' : 'text'}`, async (t) => {
      const event = (await get(t, '/event', { method: 'POST', body, headers: type ? { 'content-type': type } : {} })).json();
      const expected = isBase64Encoded ? Buffer.from(body).toString('base64') : body;
      assert.deepEqual([event.isBase64Encoded, event.body], [isBase64Encoded, expected]);
    });
  }

  for (const [path, status, type, body] of [
    ['/object', 201, 'text/plain; charset=utf-8', 'größe'], ['/binary', 200, 'image/x', Buffer.from([255, 0])],
    ['/json-text', 202, 'application/json', '{"nested":true}'], ['/json-buffer', 404, 'text/plain; charset=utf-8', 'gone'],
    ['/empty', 204, undefined, ''], ['/text', 200, 'application/json', 'text'], ['/no-base64', 200, 'text/x', 'no base64!'],
    ['/object-body', 200, 'application/json', '{"a":1}'], ['/stream-body', 206, 'text/x', 'ab'], ['/plain-object', 200, 'application/json', '{"a":1}'],
    ['/buffer', 200, 'application/json', Buffer.from([1, 2])], ['/stream', 200, 'application/octet-stream', 'ab'],
  ]) {
    test(`may return ${path.slice(1)}`, async (t) => {
      const response = await get(t, path);
      assert.deepEqual([response.status, response.headers['content-type'], response.headers['x-fc-status']], [status, type, undefined]);
      assert.deepEqual(response.bytes, Buffer.from(body));
    });
  }

  test('sends headers and repeated ones, and not a length of its own', async (t) => {
    const response = await get(t, '/object');
    assert.deepEqual([response.headers['x-a'], response.headers['set-cookie'], response.headers['content-length']], ['1', ['a=1', 'b=2'], '7']);
  });

  test('sends header values as UTF-8', async (t) => {
    const response = await get(t, '/utf8');
    assert.equal(Buffer.from(response.headers['x-name'], 'latin1').toString(), 'José 中文');
  });

  test('fails with 500 when its status is none', async (t) => {
    assert.deepEqual([(await get(t, '/bad-status')).status, (await get(t, '/bad-status')).json().errorType], [500, 'TypeError']);
  });
});

describe('a WebSocket handshake', () => {
  const handshake = (to, path = '/') => {
    const socket = net.connect(to.socketPath);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    return socket.setEncoding('utf8');
  };

  test('goes to the export upgrade', async (t) => {
    const socket = handshake(await startInside(t, 'upgrade.handler'));
    assert.match((await once(socket, 'data'))[0], /^HTTP\/1.1 101 /);
    socket.write('ping');
    assert.equal((await once(socket, 'data'))[0], 'ping');
    socket.end();
    await once(socket, 'close');
  });

  test('goes to an exported server', async (t) => {
    const socket = handshake(await startInside(t, 'apps.server'));
    let text = '';
    for await (const piece of socket) text += piece;
    assert.match(text, /^HTTP\/1.1 101 [^]*hi$/);
  });

  test('is closed when the function throws', async (t) => {
    const to = await startInside(t, 'upgrade.handler');
    await once(handshake(to, '/throw').resume(), 'close');
    assert.equal((await invoke(to, 'abc')).text, 'event 3');
  });

  test('is refused with 501 where nothing takes it', async (t) => {
    const socket = handshake(await startInside(t, 'echo.handler'));
    let text = '';
    for await (const piece of socket) text += piece;
    assert.match(text, /^HTTP\/1.1 501 /);
  });

  test('does not include h2c, which clients offer on plain requests', async (t) => {
    const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': '' };
    assert.equal((await send(await startInside(t, 'listener.plain'), { path: '/', headers })).status, 201);
  });
});
