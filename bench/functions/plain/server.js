// What a function's answer costs with nothing around it: Node.js's own server, which echoes.
const http = require('node:http');

http
  .createServer((req, res) => {
    const chunks = [];
    req.on('data', (chunk) => chunks.push(chunk));
    req.on('end', () => res.end(Buffer.concat(chunks)));
  })
  .listen(process.env.PORT);
