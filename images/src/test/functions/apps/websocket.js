const http = require('node:http');
const { WebSocketServer } = require('ws');

const server = http.createServer((req, res) => res.end('a web page'));
new WebSocketServer({ server }).on('connection', (socket) => {
  socket.on('message', (data, binary) => (data.toString() === 'close' ? socket.close(4000, 'as asked') : socket.send(data, { binary })));
});
module.exports = server;
