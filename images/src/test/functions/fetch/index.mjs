// A web-standard function: what it is asked for decides how it answers.
const encoder = new TextEncoder();

function streamed(type, parts, gate) {
  const body = new ReadableStream({
    async start(controller) {
      for (const part of parts) {
        controller.enqueue(encoder.encode(part));
        await gate;
      }
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': type } });
}

let open;
const opened = new Promise((resolve) => (open = resolve));
let aborted = 'not aborted';

const routes = {
  '/length': async (request) => {
    let length = 0;
    for await (const chunk of request.body) length += chunk.length;
    return new Response(String(length));
  },
  '/large': () => new Response(new Uint8Array(48 * 1024 * 1024).fill(7)),
  // The second part comes only after another request has asked for it.
  '/two-parts': () => streamed('text/plain', ['first', 'second'], opened),
  '/open': () => {
    open();
    return new Response('opened');
  },
  '/events': () => streamed('text/event-stream', ['data: 1\n\n', 'data: 2\n\n', 'data: 3\n\n']),
  '/reserved': () =>
    new Response('reserved', { headers: { 'x-fc-secret': '1', 'keep-alive': 'timeout=1', 'x-own': '2', 'x-polyfn-failure': 'WorkerExited' } }),
  '/nothing': () => new Response(null, { status: 204 }),
  '/throw': () => {
    throw new TypeError('thrown on purpose');
  },
  '/hang': (request) => {
    request.signal.addEventListener('abort', () => (aborted = 'aborted'));
    return new Promise(() => {});
  },
  '/aborted': () => new Response(aborted),
};

export default {
  fetch(request) {
    const route = routes[new URL(request.url).pathname];
    return route ? route(request) : new Response(`${request.method} ${new URL(request.url).pathname}`, { status: 404 });
  },
};
