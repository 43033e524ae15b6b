// A WebSocket server of one page (RFC 6455): echoes; "close please" makes it close; /greeting speaks first; /refused refuses;
// /last sends a message of 300,000 bytes and goes; /deaf responds to no close frame, nor do /fragment and /half, which send a part of a
// message or of a frame, and never the rest.
const http = require('node:http');
const { createHash } = require('node:crypto');

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

function frame(opcode, payload) {
  let head;
  if (payload.length < 126) head = Buffer.from([0x80 | opcode, payload.length]);
  else if (payload.length < 65536) {
    head = Buffer.from([0x80 | opcode, 126, 0, 0]);
    head.writeUInt16BE(payload.length, 2);
  } else {
    head = Buffer.alloc(10);
    head[0] = 0x80 | opcode;
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([head, payload]);
}

// One masked frame at the start of the bytes, or nothing if it is not complete.
function parse(bytes) {
  if (bytes.length < 2) return undefined;
  let length = bytes[1] & 0x7f;
  let at = 2;
  if (length === 126) [length, at] = bytes.length < 4 ? [Infinity, 4] : [bytes.readUInt16BE(2), 4];
  else if (length === 127) [length, at] = bytes.length < 10 ? [Infinity, 10] : [Number(bytes.readBigUInt64BE(2)), 10];
  if (bytes.length < at + 4 + length) return undefined;
  const mask = bytes.subarray(at, at + 4);
  const payload = Buffer.from(bytes.subarray(at + 4, at + 4 + length));
  for (let i = 0; i < length; i++) payload[i] ^= mask[i & 3];
  return { fin: (bytes[0] & 0x80) !== 0, opcode: bytes[0] & 0x0f, payload, size: at + 4 + length };
}

function serve(socket, deaf) {
  let parts = [];
  let size = 0;
  let message = [];
  let kind;
  socket.on('data', (data) => {
    parts.push(data);
    size += data.length;
    let bytes = Buffer.concat(parts, size);
    for (let f = parse(bytes); f; f = parse(bytes)) {
      bytes = bytes.subarray(f.size);
      if (f.opcode === CLOSE) {
        console.log(`client closed ${f.payload.length >= 2 ? f.payload.readUInt16BE(0) : 'without code'}`);
        if (deaf) return;
        return socket.end(frame(CLOSE, f.payload));
      }
      if (f.opcode === PING) socket.write(frame(PONG, f.payload));
      if (f.opcode > BINARY) continue;
      kind = f.opcode || kind;
      message.push(f.payload);
      if (!f.fin) continue;
      const whole = Buffer.concat(message);
      console.log(`message of ${whole.length}`);
      message = [];
      if (whole.equals(Buffer.from('close please'))) {
        socket.write(frame(CLOSE, Buffer.from([0x0f, 0xa1]))); // 4001
      } else if (whole.equals(Buffer.from('die please'))) {
        process.exit(7);
      } else {
        socket.write(frame(kind, whole));
      }
    }
    parts = [bytes];
    size = bytes.length;
  });
  socket.on('error', (error) => console.log(`socket ${error.code}`));
  socket.on('end', () => socket.end());
  socket.on('close', () => console.log('socket closed'));
}

http
  .createServer((req, res) => res.end(`no upgrade: ${req.method} ${req.url}`))
  .on('upgrade', (req, socket) => {
    if (req.url === '/refused') {
      const body = 'not here';
      return socket.end(`HTTP/1.1 403 Forbidden\r\nx-why: rules\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    }
    const accept = createHash('sha1')
      .update(`${req.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    const head = `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`;
    const greetings = {
      '/greeting': frame(TEXT, Buffer.from('welcome')),
      '/last': frame(BINARY, Buffer.alloc(300_000)),
      '/fragment': Buffer.from([TEXT, 1, 0x61]),
      '/half': Buffer.from([0x80 | TEXT, 2, 0x61]),
    };
    socket.write(Buffer.concat([Buffer.from(head), greetings[req.url] ?? Buffer.alloc(0)]));
    console.log(`open ${req.url}`);
    if (req.url === '/last') socket.end();
    serve(socket, ['/deaf', '/fragment', '/half'].includes(req.url));
  })
  .listen(require('./link').address);
