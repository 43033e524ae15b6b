// Writes what a request asks for to one of its output streams, then answers.
const http = require('node:http');
const fs = require('node:fs');

function write(fd, data) {
  for (let at = 0; at < data.length; ) {
    try {
      at += fs.writeSync(fd, data, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') return error.code;
    }
  }
  return 'written';
}

http
  .createServer((req, res) => {
    const query = new URL(req.url, 'http://function.test').searchParams;
    let data;
    if (query.has('text')) data = Buffer.from(`${query.get('text')}\n`);
    else if (query.has('binary')) data = Buffer.concat(Array(16).fill(Buffer.from([...Array(256).keys()])));
    else data = Buffer.from(`<${'0123456789'.repeat(Number(query.get('line')) / 10)}>\n`);
    res.end(write(query.get('to') === 'stderr' ? 2 : 1, data));
  })
  .listen(require('./link').address);
