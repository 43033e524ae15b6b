// A function on the Runtime API, in either dialect: DIALECT=lambda|fc. LOOPS calls of next at a time; what it does, the event says.
// CLOSES=1 closes the connection on which it has polled, and posts on another one. EXTENSION=1 registers an internal extension first.
// CROWD opens as many connections first, each with a large part of a request.
const fs = require('node:fs');
const http = require('node:http');

const lambda = process.env.DIALECT !== 'fc';
const [host, port] = (lambda ? process.env.AWS_LAMBDA_RUNTIME_API : process.env.FC_RUNTIME_API).split(':');
const prefix = lambda ? '/2018-06-01' : '/2020-11-11';
const idHeader = lambda ? 'lambda-runtime-aws-request-id' : 'x-fc-request-id';
const agentHeader = process.env.USER_AGENT ? { 'user-agent': process.env.USER_AGENT } : {};
const agent = new http.Agent({ keepAlive: true });

function call(method, path, body, headers = {}, trailers) {
  return new Promise((resolve, reject) => {
    const req = http.request({ host, port, method, path: prefix + path, headers, agent }, (res) => {
      const { socket } = res;
      const chunks = [];
      res.on('data', (chunk) => chunks.push(chunk));
      res.on('end', () => {
        if (process.env.CLOSES) socket.destroy();
        resolve({ status: res.statusCode, headers: res.headers, body: Buffer.concat(chunks) });
      });
      res.on('error', reject);
    });
    req.on('error', reject);
    if (typeof body === 'function') return body(req);
    if (trailers) req.addTrailers(trailers);
    req.end(body);
  });
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const json = (value) => JSON.stringify(value);

let initialized = false;
let met = 0;
let everybodyMet;
const meeting = new Promise((resolve) => (everybodyMet = resolve));

// An SDK may end later than it is told to, and asks until then.
process.on('SIGTERM', () => setTimeout(() => process.exit(0), Number(process.env.LINGER ?? 0)));

const actions = {
  headers: ({ next }, post) => post(json(next.headers)),
  env: (_, post) => post(json(process.env)),
  fail: ({ error }) => error(json({ errorMessage: 'as told', errorType: 'Told', stackTrace: [] })),
  'fail without a word': ({ error }) => error(''),
  exit: () => {
    console.error('exiting as told');
    process.exit(7);
  },
  'begin and hang': (_, post) =>
    post((req) => {
      req.write('begun');
      setInterval(() => {}, 1000);
    }, { 'Lambda-Runtime-Function-Response-Mode': 'streaming' }),
  // Answers when as many as MEET are in.
  meet: async (_, post) => {
    if (++met === Number(process.env.MEET)) everybodyMet();
    await meeting;
    return post('met');
  },
  'status in words': (_, post) => post(json({ statusCode: '201', body: 'x' })),
  'bad header': (_, post) => post(json({ statusCode: 200, headers: { 'x-mine': 'two\nlines' } })),
  'large bad header': (_, post) => post(json({ statusCode: 200, headers: { 'x-mine': 'two\nlines' }, body: 'x'.repeat(100_000) })),
  'folded header': (_, post) => post(json({ statusCode: 200, headers: { 'x-mine': 'a\r\n \r\n b' } })),
  'folded values': (_, post) => post(json({ statusCode: 200, multiValueHeaders: { 'x-mine': ['a', 'b\n\tc'] } })),
  hang: () => new Promise(() => setInterval(() => {}, 1000)),
  // Answers at the next SIGUSR2.
  hold: async ({ id }, post) => {
    const opened = new Promise((resolve) => process.once('SIGUSR2', resolve));
    const alive = setInterval(() => {}, 1000);
    console.log(`held by ${process.pid}`);
    console.log(`holding ${id}`);
    await opened;
    clearInterval(alive);
    const late = await post('late');
    console.log(`late answer to ${id}: ${late.status}`);
  },
  // A process that has nothing to do with the poll comes and goes.
  'child and pause': async (_, post) => {
    require('node:child_process').execFileSync('true');
    await pause(1500);
    return post('still there');
  },
  // Polls again without a response.
  forget: () => {},
  'post what is not HTTP': async ({ id }) => {
    const socket = require('node:net').connect(port, host);
    socket.end(`POST ${prefix}/runtime/invocation/${id}/response HTTP/1.1\r\nHost: a\r\nContent-Type: \x01\r\nContent-Length: 2\r\n\r\n"a"`);
    await new Promise((resolve) => socket.on('close', resolve).resume());
  },
  twice: async ({ attempt }, post) => {
    const first = await post('first');
    const second = await attempt('second');
    console.log(`answered twice: ${first.status} ${second.status} ${second.body}`);
  },
  'wrong id': async (_, post) => {
    const wrong = await call('POST', '/runtime/invocation/nobody/response', 'x');
    return post(`${wrong.status} ${wrong.body}`);
  },
  unknown: async (_, post) => {
    const answer = await call('GET', '/runtime/elsewhere');
    return post(`${answer.status} ${answer.body}`);
  },
  large: (_, post) => post(Buffer.alloc(3_000_000, 'x')),
  'very large': (_, post) => post(Buffer.alloc(30_000_000, 'x')),
  'large json': (_, post) => post(json({ statusCode: 200, body: 'x'.repeat(6_000_000) })),
  'wide json': (_, post) => post(json({ statusCode: 200, body: '\u4e2d' + 'x'.repeat(6 * 1024 * 1024 - 100) })),
  'escaped json': (_, post) =>
    post(json({ statusCode: 200, body: '\u4e2d' + 'x'.repeat(6_000_000) }).replace('\u4e2d', '\\u4e2d'), { 'transfer-encoding': 'chunked' }),
  'base64 json': (_, post) =>
    post(json({ statusCode: 200, isBase64Encoded: true, body: Buffer.alloc(4_600_000, 1).toString('base64') })),
  'large stream': (_, post) =>
    post((req) => {
      let left = 64;
      const more = () => {
        while (left-- > 0) if (!req.write(Buffer.alloc(65536, 'x'))) return req.once('drain', more);
        req.end();
      };
      more();
    }, { 'Lambda-Runtime-Function-Response-Mode': 'streaming' }),
  'too large': async ({ attempt }) => {
    const answer = await attempt(Buffer.alloc(33 * 1024 * 1024, 'x'));
    console.log(`too large: ${answer.status}`);
  },
  stream: (_, post) =>
    post(async (req) => {
      for (let i = 0; i < 3; i++) {
        req.write(`part ${i};`);
        await pause(200);
      }
      req.end('end');
    }, { 'Lambda-Runtime-Function-Response-Mode': 'streaming', 'content-type': 'text/event-stream' }),
  'small failing in trailers': (_, post) =>
    post('half an', {
      'transfer-encoding': 'chunked',
      trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
    }, {
      'Lambda-Runtime-Function-Error-Type': 'Late',
      'Lambda-Runtime-Function-Error-Body': Buffer.from(json({ errorMessage: 'too late', errorType: 'Late' })).toString('base64'),
    }),
  'stream failing in trailers': (_, post) =>
    post(async (req) => {
      req.write('half an');
      await pause(200);
      req.addTrailers({ 'Lambda-Runtime-Function-Error-Type': 'Late' });
      req.end();
    }, {
      'Lambda-Runtime-Function-Response-Mode': 'streaming',
      'transfer-encoding': 'chunked',
      trailer: 'Lambda-Runtime-Function-Error-Type',
    }),
  'break off': ({ attempt }) =>
    attempt((req) => {
      req.on('error', () => {});
      req.write('half');
      setTimeout(() => req.destroy(), 100);
    }, { 'transfer-encoding': 'chunked' }).catch(() => {}),
  'answer http': (_, post) =>
    post(json({
      statusCode: 201,
      headers: { 'content-type': 'text/plain', 'x-mine': 'yes', 'x-fc-forged': 'no' },
      cookies: ['a=1; Path=/', 'b=2'],
      body: Buffer.from([0, 255, 1]).toString('base64'),
      isBase64Encoded: true,
    })),
  'own length': (_, post) => post(json({ statusCode: 200, headers: { 'Content-Length': '1234' }, body: '' })),
  'no body': (_, post) => post(json({ statusCode: 200 })),
  'utf8 header': (_, post) =>
    post(json({ statusCode: 200, headers: { 'x-name': 'José 中文' }, cookies: ['n=José 中文'] })),
  'typed value': (_, post) => post('plain', { 'content-type': 'text/plain' }),
  'object body': (_, post) => post(json({ statusCode: 200, body: { a: 1 } })),
  'invalid base64': (_, post) => post(json({ statusCode: 200, isBase64Encoded: true, body: 'no base64!' })),
  'bad status': (_, post) => post(json({ statusCode: 'many' })),
  'plain value': (_, post) => post(json({ just: 'a value' }), { 'content-type': 'application/json' }),
  prelude: (_, post) =>
    post(async (req) => {
      req.write(json({ statusCode: 202, headers: { 'content-type': 'text/plain', 'x-mine': 'streamed' }, cookies: ['c=3'] }));
      req.write(Buffer.alloc(8));
      await pause(100);
      req.write('one;');
      await pause(100);
      req.end('two');
    }, {
      'Lambda-Runtime-Function-Response-Mode': 'streaming',
      'content-type': 'application/vnd.awslambda.http-integration-response',
    }),
  echo: ({ next }, post) => post(next.body),
  // An event that begins so is answered with itself, after a while.
  state: async ({ next }, post) => {
    await pause(20 * Math.random());
    return post(`${next.body}${initialized ? '' : ' not'} initialized`);
  },
  count: ({ next }, post) => post(`${process.pid} ${next.body.length}`),
};

/** As SDKs do, it takes any other status for a reason to end. */
function accepted(answer) {
  if (answer.status !== (lambda ? 202 : 200)) throw new Error(`unexpected status ${answer.status} ${answer.body}`);
  return answer;
}

async function loop() {
  for (;;) {
    const next = await call('GET', '/runtime/invocation/next', undefined, agentHeader);
    const id = next.headers[idHeader];
    const path = `/runtime/invocation/${id}`;
    const attempt = (body, headers, trailers) => call('POST', `${path}/response`, body, headers, trailers);
    const post = async (...args) => accepted(await attempt(...args));
    const error = async (body) => accepted(await call('POST', `${path}/error`, body, { 'Lambda-Runtime-Function-Error-Type': 'Told' }));
    const type = next.headers['x-fc-function-type'];
    if (type && type !== '0') {
      console.log(`hook ${type}`);
      if (process.env.DEADLINES) console.log(`left ${Math.ceil((next.headers['x-fc-function-deadline'] - Date.now()) / 1000)} s`);
      // HOLD_ONCE names a file that is there while hooks are to be held.
      if (process.env.HOLD_ONCE && fs.existsSync(process.env.HOLD_ONCE)) await new Promise(() => {});
      if (process.env.LARGE_HOOKS) await post('x'.repeat(process.env.LARGE_HOOKS));
      else if (process.env.HOOKS_FAIL) await error(json({ errorMessage: `hook ${type} failed`, errorType: 'Told' }));
      else await post('');
      initialized ||= type === '1';
      continue;
    }
    // As FC's SDK for Go does; the end, when the answer is given away.
    if (process.env.PRINTS_MARKERS) console.log(`FC Invoke Start RequestId: ${id}`);
    const event = next.body.toString();
    let http;
    try {
      http = JSON.parse(event);
    } catch {
      http = undefined;
    }
    if (http?.requestContext) {
      const action = http.rawPath.slice(1).replaceAll('%20', ' ');
      if (actions[action]) await actions[action]({ id, next, error, attempt }, post);
      else await post(json({ statusCode: 200, body: event }));
    } else if (http?.specversion && actions[http.type]) await actions[http.type]({ id, next, error, attempt }, post);
    else if (actions[event]) await actions[event]({ id, next, error, attempt }, post);
    else if (event.startsWith('state ')) await actions.state({ next }, post);
    else if (event.length > 1000) await actions.count({ next }, post);
    else await post(`Hello, ${event}`, { 'content-type': 'text/plain' });
    if (process.env.PRINTS_MARKERS) console.log(`FC Invoke End RequestId: ${id}`);
  }
}

const extensionCall = (method, path, body, headers) =>
  new Promise((resolve, reject) => {
    const req = http.request({ host, port, method, path: `/2020-01-01/extension${path}`, headers }, (res) => {
      res.setEncoding('utf8');
      let text = '';
      res.on('data', (chunk) => (text += chunk));
      res.on('end', () => resolve({ status: res.statusCode, id: res.headers['lambda-extension-identifier'], text }));
    });
    req.on('error', reject);
    req.end(body);
  });

// Rust's client registers for an empty list, Go's for null.
const NO_EVENTS = { none: [], null: null };

/** As Rust's and Go's clients do in order to be sent SIGTERM, and one that wants to know of invocations. */
async function registerExtensions() {
  for (const events of process.env.EXTENSION.split(' ')) {
    const name = { 'lambda-extension-name': `internal-${events}` };
    const registered = await extensionCall('POST', '/register', json({ events: events in NO_EVENTS ? NO_EVENTS[events] : [events] }), name);
    console.log(`registered ${events}: ${registered.status} ${registered.text}`);
    if (registered.status === 200) follow(events, registered.id);
  }
}

async function follow(events, id) {
  for (;;) {
    const event = await extensionCall('GET', '/event/next', undefined, { 'lambda-extension-identifier': id });
    console.log(`event for ${events}: ${event.status} ${event.text}`);
  }
}

function crowd(count) {
  const part = `GET ${prefix}/runtime/invocation/next HTTP/1.1\r\nHost: a\r\nx-large: ${'x'.repeat(60 * 1024)}`;
  for (let i = 0; i < count; i++) require('node:net').connect(port, host).on('error', () => {}).write(part);
}

async function start() {
  if (process.env.CROWD) crowd(Number(process.env.CROWD));
  if (process.env.EXTENSION) await registerExtensions();
  // START_WHEN names a file: until it is there, nobody asks.
  while (process.env.START_WHEN && !fs.existsSync(process.env.START_WHEN)) await pause(5);
  if (process.env.INIT_ERROR) {
    const answer = await call('POST', '/runtime/init/error', json({ errorMessage: 'no database', errorType: 'Init' }));
    console.log(`init error: ${answer.status}`);
    process.exit(1);
  }
  for (let i = 0; i < Number(process.env.LOOPS ?? 1); i++) loop().catch((e) => {
    console.error(e);
    process.exit(3);
  });
}
start();
