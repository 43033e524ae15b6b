/** Shows its callers how their requests come through the queue-proxy. */
const { createHash } = require('node:crypto');

let here = 0;
let most = 0;
let stream;
const waiting = [];

const paths = {
  /** Answers with the event, after 50 to 250 ms: at any time some invocations are under way. */
  '/invoke': (req, res) => setTimeout(() => req.pipe(res), 50 + Math.random() * 200),

  /** Answers with the most requests that have been here at once. */
  '/most': (req, res) => {
    most = Math.max(most, ++here);
    setTimeout(() => {
      here--;
      res.end(String(most));
    }, 5);
  },

  /** Answers when as many requests are here as ?count says. */
  '/together': (req, res, { count }) => {
    waiting.push(res);
    if (waiting.length === Number(count)) waiting.splice(0).forEach((response) => response.end());
  },

  /** A stream of server-sent events; whatever is posted to /next is the next one, and nothing is the end. */
  '/stream': (req, res) => {
    stream = res.writeHead(200, { 'content-type': 'text/event-stream' });
    stream.flushHeaders();
  },
  '/next': async (req, res) => {
    const event = (await req.toArray()).join('');
    if (event) stream.write(`data: ${event}\n\n`);
    else stream.end();
    res.end();
  },

  '/echo': (req, res) => req.pipe(res),

  '/after': (req, res, { seconds }) => setTimeout(() => res.end('whole'), seconds * 1000),

  /** A line a second. */
  '/lines': (req, res, { count }) => {
    let line = 0;
    const timer = setInterval(() => {
      res.write(`${++line}\n`);
      if (line < Number(count)) return;
      clearInterval(timer);
      res.end();
    }, 1000);
  },
};

exports.handler = (req, res) => {
  const { pathname, searchParams } = new URL(req.url, 'http://function');
  paths[pathname](req, res, Object.fromEntries(searchParams));
};

/** A WebSocket that sends back every frame, the closing one too. It knows short frames only, one at a time. */
exports.upgrade = (req, socket) => {
  const key = `${req.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash('sha1').update(key).digest('base64');
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  socket.on('data', (frame) => {
    const mask = frame.subarray(2, 6);
    const data = frame.subarray(6).map((byte, index) => byte ^ mask[index % 4]);
    socket.write(Buffer.concat([Buffer.from([frame[0], data.length]), data]));
  });
};
