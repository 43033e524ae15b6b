// Echoes, with a socket of its own instead of an HTTP server, and breaks HTTP/1.1 where the path asks for it.
const net = require('node:net');

const whole = (body) => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';

const paths = {
  '/echo': (write, body) => write(whole(body)),
  '/processing': (write, body) => write(`HTTP/1.1 102 Processing\r\n\r\n${whole(body)}`),
  '/processing-apart': (write, body) => {
    write('HTTP/1.1 102 Processing\r\n\r\n');
    setTimeout(() => write(`HTTP/1.1 199 Whatever\r\nx: y\r\n\r\n${whole(body)}`), 5);
  },
  '/early-hints': (write, body) =>
    write(`HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\nconnection: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${whole(body)}`),
  '/many-hints': (write, body, socket) => {
    let left = 20_000;
    const hint = `HTTP/1.1 103 Early Hints\r\nlink: ${'x'.repeat(8000)}\r\n\r\n`;
    const more = () => {
      while (left-- > 0) if (!write(hint)) return socket.once('drain', more);
      write(whole('ok'));
      console.log('all hints given away');
    };
    more();
  },
  '/large-hints': (write) => write(`HTTP/1.1 103 Early Hints\r\nlink: ${'x'.repeat(60_000)}\r\n\r\n${whole('ok')}`),
  '/too-long': (write) => write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello secret'),
  '/too-long-apart': (write) => {
    write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello');
    setImmediate(write, ' secret');
  },
  '/two': (write) => write(whole('hello') + whole('secret')),
  '/two-late': (write) => {
    write(whole('hello'));
    setTimeout(write, 3, whole('secret'));
  },
  '/chunks-and-more': (write) => write(`${chunked}secret`),
  '/no-content': (write) => write('HTTP/1.1 204 No Content\r\ncontent-length: 6\r\n\r\nsecret'),
  '/not-modified': (write) => write('HTTP/1.1 304 Not Modified\r\ntransfer-encoding: chunked\r\n\r\n6\r\nsecret\r\n0\r\n\r\n'),
  '/not-modified-length': (write) => write('HTTP/1.1 304 Not Modified\r\ncontent-length: 100\r\n\r\n'),
  '/head': (write) => write(whole('secret')),
  '/switch': (write) => write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n${whole('secret')}`),
  '/version': (write) => write('HTTP/3.7 200 OK\r\ncontent-length: 6\r\n\r\nsecret'),
  '/status-1000': (write) => write('HTTP/1.1 1000 Secret\r\ncontent-length: 0\r\n\r\n'),
  '/status-20': (write) => write('HTTP/1.1 20 Secret\r\ncontent-length: 0\r\n\r\n'),
  '/status-099': (write) => write('HTTP/1.1 099 Secret\r\ncontent-length: 0\r\n\r\n'),
  '/status-plus': (write) => write('HTTP/1.1 +200 Secret\r\ncontent-length: 0\r\n\r\n'),
  '/gzip-chunked': (write) => write(chunked.replace('chunked', 'gzip, chunked')),
  '/chunked-twice': (write) => write(chunked.replace('chunked', 'chunked\r\ntransfer-encoding: chunked')),
  '/gzip': (write) => write('HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\nsecret'),
  '/trailers': (write) =>
    write(
      chunked.replace(
        /\r\n$/,
        'X-Sum: 1\r\nX-Polyfn-Failure: DeadlineExceeded\r\nX-Fc-Status: 404\r\nConnection: X-Mine\r\nX-Mine: 1\r\n' +
          'Set-Cookie: a=b\r\nX-Request-Id: forged\r\nContent-Type: text/html\r\n\r\n',
      ),
    ),
  '/early': (write) => write(whole('early')),
  '/many-chunks': (write, body, socket) => {
    write(chunked.split('5\r\n')[0]);
    const chunks = '1\r\na\r\n'.repeat(10_000);
    let left = 100;
    const more = () => {
      while (left-- > 0) if (!write(chunks)) return socket.once('drain', more);
    };
    more();
  },
  '/large-head': (write) => write(`HTTP/1.1 200 OK\r\n${`x: ${'x'.repeat(1000)}\r\n`.repeat(240)}`),
  '/large-trailers': (write) => write(chunked.replace(/\r\n$/, `x: ${'x'.repeat(1000)}\r\n`.repeat(240))),
  '/not-http': (write) => write('secret secret\r\n\r\n'),
};

const server = net.createServer((socket) => {
  let unread = Buffer.alloc(0);
  const write = (data) => socket.destroyed || socket.write(data);
  socket.on('error', () => {});
  socket.on('data', (data) => {
    unread = Buffer.concat([unread, data]);
    for (;;) {
      const head = unread.indexOf('\r\n\r\n');
      if (head < 0) return;
      const text = unread.toString('latin1', 0, head);
      const end = head + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (unread.length < end) return;
      const body = unread.toString('latin1', head + 4, end);
      unread = unread.subarray(end);
      paths[/x-do: (.*)/i.exec(text)?.[1] ?? text.split(' ')[1]](write, body, socket);
    }
  });
});
server.listen(require('./link').address);
