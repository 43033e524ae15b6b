// Tells what arrived: request line, headers as they were, length and hash of the body.
const http = require('node:http');
const { createHash } = require('node:crypto');

http
  .createServer((req, res) => {
    const hash = createHash('sha256');
    let bytes = 0;
    req.on('data', (chunk) => {
      hash.update(chunk);
      bytes += chunk.length;
    });
    req.on('end', () => {
      const { method, url, rawHeaders, httpVersion } = req;
      const seen = { method, url, httpVersion, rawHeaders, bytes, sha256: hash.digest('hex') };
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify(seen));
    });
  })
  .listen(require('./link').address);
