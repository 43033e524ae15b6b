// Tells each caller what arrived for it, byte by byte as the core sent it; no HTTP parser is between. /count tells how many requests
// there were, itself not among them.
const net = require('node:net');
const { createHash } = require('node:crypto');

let count = 0;

function begin(socket) {
  const end = socket.unread.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const [line, ...headers] = socket.unread.toString('latin1', 0, end).split('\r\n');
  const [method, url] = line.split(' ');
  const value = (name) => headers.find((header) => header.toLowerCase().startsWith(`${name}:`))?.slice(name.length + 1).trim();
  socket.unread = socket.unread.subarray(end + 4);
  if (url !== '/count') count++;
  socket.request = {
    seen: { method, url, headers },
    body: [],
    left: Number(value('content-length') ?? 0),
    chunked: value('transfer-encoding') === 'chunked',
    token: value('x-token') ?? '',
  };
  return true;
}

// Whether the request is complete.
function body(socket) {
  const { request } = socket;
  for (;;) {
    const part = socket.unread.subarray(0, request.left);
    if (part.length > 0) request.body.push(part);
    request.left -= part.length;
    socket.unread = socket.unread.subarray(part.length);
    if (request.left > 0) return false;
    if (!request.chunked) return true;
    if (request.over) return trailers(socket);
    const start = request.between ? 2 : 0;
    const end = socket.unread.indexOf('\r\n', start);
    if (end < 0) return false;
    request.left = parseInt(socket.unread.toString('latin1', start, end), 16);
    socket.unread = socket.unread.subarray(end + 2);
    request.between = true;
    request.over = request.left === 0;
  }
}

function trailers(socket) {
  const end = socket.unread.indexOf('\r\n');
  if (end < 0) return false;
  socket.unread = socket.unread.subarray(end + 2);
  return end === 0 || trailers(socket);
}

function answer(socket) {
  const { seen, body, token } = socket.request;
  const all = Buffer.concat(body);
  seen.bytes = all.length;
  seen.sha256 = createHash('sha256').update(all).digest('hex');
  const told = seen.url === '/count' ? `${count}` : JSON.stringify(seen);
  const headers = [`content-length: ${Buffer.byteLength(told)}`, 'content-type: application/json', `x-token: ${token}`];
  socket.write(`HTTP/1.1 200 OK\r\n${headers.join('\r\n')}\r\n\r\n${seen.method === 'HEAD' ? '' : told}`);
  socket.request = undefined;
}

const server = net.createServer((socket) => {
  socket.unread = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (data) => {
    socket.unread = Buffer.concat([socket.unread, data]);
    while ((socket.request || begin(socket)) && body(socket)) answer(socket);
  });
});
server.listen(require('./link').address);
