exports.handler = (event) => `event ${event.length}`;
exports.upgrade = (req, socket, head) => {
  if (req.url === '/throw') throw new Error('no handshake');
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  socket.on('data', (data) => socket.write(data));
  socket.on('end', () => socket.end());
};
