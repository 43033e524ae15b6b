// One path, one kind of answer; says on standard output what happens to each request.
const fs = require('node:fs');
const http = require('node:http');

const paths = {
  '/status': (req, res, query) => {
    res.statusCode = Number(query.get('code'));
    res.end(query.get('body') ?? undefined);
  },
  '/headers': (req, res) => {
    const headers = ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Case', 'Kept', 'Connection', 'X-Hop, keep-alive'];
    headers.push('X-Hop', '1', 'Keep-Alive', 'timeout=5', 'Proxy-Connection', 'x', 'X-Fc-Secret', '1');
    headers.push('Server', 'mine', 'Date', 'now', 'Content-Disposition', 'attachment; filename=a', 'X-Last', '1');
    res.sendDate = false;
    res.writeHead(200, headers);
    res.end('ok');
  },
  '/known-length': (req, res) => {
    res.setHeader('content-length', 1234);
    res.end(req.method === 'HEAD' ? undefined : 'x'.repeat(1234));
  },
  '/not-modified': (req, res) => {
    res.writeHead(304, { etag: '"1"', 'content-length': 77 });
    res.end();
  },
  '/trailers': (req, res) => {
    res.setHeader('trailer', 'x-checksum');
    res.write('body');
    res.addTrailers({ 'x-checksum': 'abc' });
    res.end();
  },
  // Sends a chunk for each chunk that it gets, and ends with the request.
  '/turn-by-turn': (req, res) => {
    res.flushHeaders();
    req.on('data', (chunk) => res.write(`got ${chunk}`));
    req.on('end', () => res.end());
  },
  '/event-source': (req, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.flushHeaders();
    let n = 0;
    const timer = setInterval(() => {
      res.write(`data: ${n++}\n\n`);
      if (n === 3) {
        clearInterval(timer);
        res.end();
      }
    }, 30);
  },
  '/down': (req, res, query) => {
    let left = Number(query.get('bytes'));
    if (query.has('length')) res.setHeader('content-length', left);
    const block = Buffer.alloc(256 * 1024, 'x');
    const more = () => {
      while (left > 0) {
        const n = Math.min(left, block.length);
        left -= n;
        if (!res.write(block.subarray(0, n))) return res.once('drain', more);
      }
      console.log('all given away');
      res.end();
    };
    more();
  },
  '/up': (req, res) => {
    let bytes = 0;
    req.on('data', (chunk) => (bytes += chunk.length));
    req.on('end', () => res.end(`${bytes}`));
  },
  '/early': (req, res) => res.end('early'),
  '/late': (req, res) => setTimeout(() => res.end('late'), 500),
  '/never': (req, res, query) => {
    if (query.has('head')) res.flushHeaders();
  },
  '/large-head': (req, res, query) => {
    res.setHeader('x-large', 'x'.repeat(Number(query.get('bytes'))));
    res.end();
  },
};

const server = http.createServer({ keepAliveTimeout: 60_000 }, (req, res) => {
  const url = new URL(req.url, 'http://function.test');
  console.log(`begun ${req.method} ${req.url}`);
  req.on('aborted', () => console.log(`aborted ${req.method} ${req.url}`));
  res.on('close', () => console.log(`${res.writableFinished ? 'answered' : 'cut off'} ${req.method} ${req.url}`));
  (paths[url.pathname] ?? ((_, answer) => answer.writeHead(404).end('no such path')))(req, res, url.searchParams);
});
// LISTEN_WHEN names a file: until it is there, nobody listens.
const wait = process.env.LISTEN_WHEN;
const timer = setInterval(() => {
  if (wait && !fs.existsSync(wait)) return;
  clearInterval(timer);
  server.listen(require('./link').address);
}, 5);
