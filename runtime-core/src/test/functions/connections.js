// What becomes of a connection: /unread never reads its request; /bytes/N/MILLIS responds with N bytes after some time; /exit/N responds
// with N bytes and exits at once. An upgrade is read after a second, and gets the hash of 100 MB.
const fs = require('node:fs');
const http = require('node:http');
const { createHash } = require('node:crypto');

http
  .createServer((req, res) => {
    const [, what, size, millis] = req.url.split('/');
    if (what === 'unread') return;
    const body = 'x'.repeat(Number(size));
    if (what === 'exit') {
      fs.writeSync(req.socket._handle.fd, `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      process.exit(0);
    }
    setTimeout(() => res.end(body), Number(millis));
  })
  .on('upgrade', (req, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: bytes\r\nconnection: Upgrade\r\n\r\n');
    const hash = createHash('sha256');
    let left = 100_000_000;
    setTimeout(
      () =>
        socket.on('data', (data) => {
          hash.update(data);
          left -= data.length;
          if (left === 0) socket.end(hash.digest('hex'));
        }),
      1000,
    );
  })
  .listen(require('./link').address);
