// A worker with a socket of its own instead of an HTTP server: it echoes, and does what a worker must not where the path asks for it.
const { spawn } = require('node:child_process');
const crypto = require('node:crypto');
const net = require('node:net');

const whole = (body) => `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const line = 'x'.repeat(1000) + '\n';

const paths = {
  '/never': () => {},
  '/garbage': (socket) => socket.write('\x16\x03\x01 this is no HTTP\r\n\r\n'),
  '/half-head': (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le'),
  '/two': (socket, body) => socket.write(whole(body) + whole('of somebody else')),
  '/cut': (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nbegun'),
  '/flood': (socket, body) => {
    process.stdout.write(line.repeat(1000));
    process.stderr.write(line.repeat(1000));
    socket.write(whole(body));
  },
  '/exit': () => process.exit(3),
  '/child': (socket, body) => {
    spawn('sleep', ['1000'], { stdio: 'ignore', detached: true }).unref();
    socket.write(whole(body));
  },
  '/down': (socket, body, query) => {
    let left = Number(query);
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${left}\r\n\r\n`);
    const more = () => {
      while (left > 0) {
        const block = Buffer.alloc(Math.min(left, 65536), 'x');
        left -= block.length;
        if (!socket.write(block)) return socket.once('drain', more);
      }
    };
    more();
  },
  '/tunnel': (socket, body, query, head) => {
    const key = /sec-websocket-key: *(\S+)/i.exec(head)[1];
    const accept = crypto.createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.removeAllListeners('data');
    socket.on('data', (frame) => socket.write(frame));
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`);
  },
};
const echo = (socket, body) => socket.write(whole(body));

const server = net.createServer((socket) => {
  let waiting = Buffer.alloc(0);
  const read = (data) => {
    waiting = Buffer.concat([waiting, data]);
    for (let end; (end = waiting.indexOf('\r\n\r\n')) >= 0; ) {
      const head = waiting.toString('latin1', 0, end);
      const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
      const chunked = /^transfer-encoding: *chunked/im.test(head);
      const rest = waiting.subarray(end + 4);
      if (chunked ? rest.indexOf('0\r\n\r\n') < 0 : rest.length < length) return;
      const body = rest.toString('latin1', 0, chunked ? 0 : length);
      waiting = rest.subarray(chunked ? rest.indexOf('0\r\n\r\n') + 5 : length);
      const [path, query] = head.split(' ')[1].split('?');
      (paths[path] ?? echo)(socket, body, query, head);
    }
  };
  socket.on('data', read);
  socket.on('error', () => socket.destroy());
});

if (process.env.EXIT_AFTER) setTimeout(() => process.exit(4), Number(process.env.EXIT_AFTER));
server.listen(process.env.POLYFN_SOCKET ? { path: process.env.POLYFN_SOCKET } : { port: process.env.FC_SERVER_PORT });
