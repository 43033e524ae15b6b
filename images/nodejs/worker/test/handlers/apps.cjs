const http = require('node:http');

// Look-alikes of what the libraries export.
const express = (req, res) => express.handle(req, res);
express.use = () => express;
express.handle = (req, res, next) => {
  // Express exchanges the prototypes.
  Object.setPrototypeOf(res, Object.create(http.ServerResponse.prototype));
  res.setHeader('x-fc-status', 'mine');
  res.end(`express ${typeof next} ${req.method}`);
};
exports.express = express;

exports.koa = { use() {}, callback: () => (req, res) => res.end('koa') };

let ready = false;
exports.fastify = {
  ready: async () => void (ready = true),
  routing: (req, res) => res.end(`fastify ${ready}`),
};

exports.server = http.createServer((req, res) => res.end('server'));
exports.server.on('upgrade', (req, socket) => {
  socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhi');
});

exports.hono = { fetch: () => new Response('hono') };
exports.handler = () => 'not an app';
