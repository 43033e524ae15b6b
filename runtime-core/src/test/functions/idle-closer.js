// Closes a connection that has been idle for IDLE_MILLIS, and all connections at SIGUSR2; says when it has closed the last one.
const fs = require('node:fs');
const http = require('node:http');

const idle = Number(process.env.IDLE_MILLIS ?? 1e9);
const open = new Set();
const server = http.createServer((req, res) => {
  clearTimeout(req.socket.idleTimer);
  res.on('finish', () => {
    if (idle < 1e9) req.socket.idleTimer = setTimeout(() => close([req.socket]), idle);
  });
  req.resume();
  req.on('end', () => res.end('ok'));
});
server.keepAliveTimeout = 0;
server.on('connection', (socket) => {
  open.add(socket);
  socket.on('close', () => {
    open.delete(socket);
    if (open.size === 0) fs.writeSync(1, 'closed all\n');
  });
});
const close = (sockets) => {
  for (const socket of sockets) socket.destroy();
};
process.on('SIGUSR2', () => close(open));
server.listen(require('./link').address);
