// A WebSocket that reports what it gets, and responds to a close frame, as far as it comes alone.
exports.handler = (event) => event.length;
exports.upgrade = (req, socket) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  socket.on('data', (data) => {
    console.log(`got ${data.toString('hex')}`);
    if (data[0] === 0x88) socket.end(Buffer.from([0x88, 2, data[6], data[7]]));
  });
};
exports.preStop = () => console.log('preStop ran');
