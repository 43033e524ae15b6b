// Responds with as many bytes as the path says, once it has read the request.
const http = require('node:http');

http
  .createServer((req, res) => {
    req.resume();
    req.on('end', () => res.end(Buffer.alloc(Number(req.url.slice(1)) || 2, 'x')));
  })
  .listen(require('./link').address);
