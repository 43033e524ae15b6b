// Fails in the way that the path asks for. BACKLOG is how many connections may wait.
const http = require('node:http');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

// A worker that a replaced one has left word to: start late.
const note = path.join(os.tmpdir(), 'start-late');
const late = fs.existsSync(note) ? Number(fs.readFileSync(note, 'utf8')) : 0;
fs.rmSync(note, { force: true });

const leaked = [];
const paths = {
  '/ok': (req, res) => res.end('ok'),
  '/waited': (req, res) => res.end('ok'),
  '/pid': (req, res) => res.end(`${process.pid}`),
  '/leak': (req, res) => {
    leaked.push(Buffer.alloc(20_000_000, 1));
    res.end(`${process.pid}`);
  },
  '/exit': (req, res, query) => {
    fs.writeSync(2, 'last words\n');
    process.exit(Number(query.get('code')));
  },
  '/exit-in-stream': (req, res) => {
    res.write('a part of it');
    req.on('data', () => process.exit(3));
  },
  '/kill': () => process.kill(process.pid, 'SIGKILL'),
  '/exit-when-idle': (req, res) => {
    res.end('ok');
    res.on('close', () => setImmediate(() => process.exit(0)));
  },
  '/exit-then-start-late': () => {
    fs.writeFileSync(note, '700');
    process.exit(1);
  },
  // Blocks the event loop until the file named by GO_ON is there.
  '/block': (req, res) => {
    const never = new Int32Array(new SharedArrayBuffer(4));
    while (!fs.existsSync(process.env.GO_ON)) Atomics.wait(never, 0, 0, 20);
    res.end('blocked');
  },
  '/deaf': (req, res) => {
    req.socket.server.close();
    setInterval(() => {}, 1000);
    res.setHeader('connection', 'close').end('ok');
  },
  '/not-http': (req, res) => res.socket.end('GARBAGE\r\n\r\n'),
  '/http-09': (req, res) => res.socket.end('just text'),
  '/half-a-head': (req, res) => res.socket.end('HTTP/1.1 200 OK\r\nx-a: '),
  '/bad-length': (req, res) => res.socket.end('HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n'),
  '/bad-chunk': (req, res) => res.socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'),
  '/too-short': (req, res) => res.socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'),
  '/no-last-chunk': (req, res) => res.socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n'),
  '/until-close': (req, res) => res.socket.end('HTTP/1.1 200 OK\r\n\r\nto the end'),
  '/huge-head': (req, res) => res.socket.end(`HTTP/1.1 200 OK\r\nx-a: ${'x'.repeat(600_000)}\r\n\r\n`),
  '/hang-up': (req, res) => res.socket.destroy(),
  '/reset': (req, res) => (res.socket.resetAndDestroy ?? res.socket.destroy).call(res.socket),
  '/hang-up-in-answer': (req, res) => {
    res.setHeader('content-length', 100);
    res.write('half');
    setTimeout(() => res.socket.destroy(), 50);
  },
  '/never': (req, res, query) => {
    if (query.has('stream')) res.write('begun');
    res.on('close', () => console.log(`aborted ${req.url}`));
  },
  '/deadline': (req, res) => res.end(`${Number(req.headers['x-fc-function-deadline']) - Date.now()}`),
};

setTimeout(
  () =>
    http
      .createServer((req, res) => {
        console.log(`begun ${req.url}`);
        const url = new URL(req.url, 'http://function.test');
        const asked = url.pathname === '/invoke' ? req.headers['x-path'] : url.pathname;
        paths[asked](req, res, url.pathname === '/invoke' ? new URL(`http://x/?${req.headers['x-query']}`).searchParams : url.searchParams);
      })
      .listen({ ...require('./link').address, backlog: Number(process.env.BACKLOG ?? 511) }),
  late,
);
