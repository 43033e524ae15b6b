exports.plain = (req, res) => {
  res.writeHead(201, { 'x-seen': `${req.method} ${req.url}`, 'x-fc-status': '999', 'x-polyfn-failure': 'mine' });
  req.pipe(res);
};
exports.status = (req, res) => {
  res.statusCode = Number(req.headers['x-want']);
  res.setHeader('x-fc-status', 'mine');
  res.end('done');
};
exports.older = (req, resp, context) => {
  resp.setStatusCode(202);
  resp.setHeader('x-gone', '1');
  resp.deleteHeader('x-gone');
  resp.setHeader('x-request', context.requestId);
  resp.send(JSON.stringify({ path: req.path, queries: req.queries, clientIP: req.clientIP, method: req.method }));
};
exports.sendsObject = (req, resp) => resp.send({ a: 1 });
exports.sendsStream = (req, resp) => resp.send(require('node:stream').Readable.from(['x', 'y']));
exports.assigns = (req, res) => {
  'use strict';
  req.path = '/mine';
  res.send = () => res.end(req.path);
  res.send();
};
exports.throws = (req, res) => {
  res.setHeader('x-left-over', '1');
  throw new Error('listener broke');
};
exports.rejects = async (req, res) => {
  res.write('part');
  throw new Error('listener broke late');
};
exports.hangs = (req, res) => {
  // Code that does not know that its deadline has passed.
  setTimeout(() => {
    res.setHeader('x-late', '1');
    res.end('late');
    process.emit('late');
  }, 100);
};
exports.anyName = (input, output) => output.end('by signature');
exports.middleware = (req, res, next) => res.end(typeof next);
