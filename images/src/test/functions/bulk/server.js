// Two megabytes for /bulk, nothing at all for /never, and a word for the rest.
const http = require('node:http');

const bulk = Buffer.alloc(2_000_000, 'x');

http
  .createServer((req, res) => {
    if (req.url === '/bulk') res.end(bulk);
    else if (req.url !== '/never') res.end('here');
  })
  .listen(process.env.PORT);
