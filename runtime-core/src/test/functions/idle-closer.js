// Closes a connection that has been idle for IDLE_MILLIS, and all connections at SIGUSR2.
const http = require('node:http');

const idle = Number(process.env.IDLE_MILLIS ?? 1e9);
const open = new Set();
// What is in the socket already is read before it is closed: over an unread request, no client can know what became of it.
const closeUnlessUsed = (socket) => setImmediate(() => socket.busy || socket.destroy());
const server = http.createServer((req, res) => {
  clearTimeout(req.socket.idleTimer);
  req.socket.busy = true;
  res.on('finish', () => {
    req.socket.busy = false;
    if (idle < 1e9) req.socket.idleTimer = setTimeout(closeUnlessUsed, idle, req.socket);
  });
  req.resume();
  req.on('end', () => res.end('ok'));
});
server.keepAliveTimeout = 0;
server.on('connection', (socket) => {
  open.add(socket);
  socket.on('close', () => open.delete(socket));
});
process.on('SIGUSR2', () => {
  for (const socket of open) socket.destroy();
  require('node:fs').writeSync(1, 'closed all\n');
});
server.listen(require('./link').address);
