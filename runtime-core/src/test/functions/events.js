// Answers an event with its own bytes, in the way that its x-want-* headers ask for.
const http = require('node:http');

http
  .createServer((req, res) => {
    console.log(`begun ${req.headers['x-fc-request-id']} ${req.headers['x-fc-control-path']}`);
    const chunks = [];
    req.on('data', (chunk) => chunks.push(chunk));
    req.on('end', () => {
      const event = Buffer.concat(chunks);
      console.log(`complete ${event.length}`);
      res.statusCode = Number(req.headers['x-want-status'] ?? 200);
      for (const name of ['x-fc-status', 'x-polyfn-failure', 'content-type']) {
        const wanted = req.headers[`x-want-${name}`];
        if (wanted) res.setHeader(name, wanted);
      }
      if (req.headers['x-want-chunks']) {
        for (let i = 0; i < event.length; i += 1000) res.write(event.subarray(i, i + 1000));
        res.end();
      } else {
        res.end(event);
      }
    });
  })
  .listen(require('./link').address);
