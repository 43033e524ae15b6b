// A server of a framework that knows nothing of hooks: it has / and /invoke only.
const http = require('node:http');

http
  .createServer((req, res) => {
    const known = req.url === '/' || req.url === '/invoke';
    req.resume();
    res.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    res.end(known ? '{}' : '{"detail":"Not Found"}');
  })
  .listen(require('./link').address);
