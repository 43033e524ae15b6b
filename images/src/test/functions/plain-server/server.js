// A server that knows nothing of polyfn, on the port that so many have written down.
const http = require('node:http');

http
  .createServer((req, res) => {
    const chunks = [];
    req.on('data', (chunk) => chunks.push(chunk));
    req.on('end', () => res.end(`${req.method} ${req.url} ${Buffer.concat(chunks)}`));
  })
  .listen(9000);
