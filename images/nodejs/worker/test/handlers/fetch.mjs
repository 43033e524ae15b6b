import { EventEmitter, once } from 'node:events';
import { Readable } from 'node:stream';

export const events = new EventEmitter();

const same = new Response('same');

const routes = {
  '/echo': (request) => new Response(request.body, { headers: { 'x-method': request.method } }),
  '/url': (request) => new Response(request.url),
  '/cookies': () => new Response(null, { status: 204, headers: [['set-cookie', 'a=1'], ['set-cookie', 'b=2']] }),
  '/no-content': () => new Response(null, { status: 204, headers: { 'content-length': '5' } }),
  '/teapot': () => new Response('short', { status: 418, statusText: 'Teapot', headers: { 'x-fc-status': 'x', connection: 'close' } }),
  '/context': (request, context) => Response.json({ id: context.requestId }),
  '/sse': () => new Response(sse(), { headers: { 'content-type': 'text/event-stream' } }),
  '/signal': (request) => untilAborted(request),
  '/nothing': () => undefined,
  '/longer': () => new Response('größe', { headers: { 'content-length': '5' } }),
  '/shorter': () => new Response('abc', { headers: { 'content-length': '5' } }),
  '/same': () => same,
  '/library': () => ({ status: 202, headers: new Headers({ 'x-library': '1' }), body: Readable.from(['a', 'b']) }),
  '/invoke': async (request) => new Response(`event ${await request.text()}`),
};

function sse() {
  return new ReadableStream({
    async pull(controller) {
      await once(events, 'go');
      controller.enqueue(new TextEncoder().encode('data: 1\n\n'));
      await once(events, 'go');
      controller.close();
    },
  });
}

async function untilAborted(request) {
  await request.text();
  const before = request.signal.aborted;
  events.emit('waiting');
  await once(request.signal, 'abort');
  events.emit('aborted', before);
  return new Response();
}

export default {
  name: 'self',
  fetch(request, context) {
    if (this.name !== 'self') throw new Error('lost this');
    const route = routes[new URL(request.url).pathname];
    if (!route) throw new Error('no route');
    return route(request, context);
  },
};
