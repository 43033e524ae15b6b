// Answers an event in the way that its type asks for; events that ask for nothing, with themselves.
const http = require('node:http');

const answers = {
  first: (event, res) => res.end(JSON.stringify(event)),
  nothing: (event, res) => res.end(),
  value: (event, res) => res.setHeader('content-type', 'application/json').end('{"just":"a value"}'),
  'no header': (event, res) => res.end(JSON.stringify({ ...event, datacontenttype: 'text/plain\r\nx: y', data: '' })),
  'folded header': (event, res) => res.end(JSON.stringify({ ...event, datacontenttype: 'text/plain;\r\n x: y', data: '' })),
  text: (event, res) => res.end('just text'),
  large: (event, res) => res.end(Buffer.alloc(4 << 20, '{')),
  binary: ({ id }, res) =>
    res
      .setHeader('ce-specversion', '1.0')
      .setHeader('ce-id', `answer to ${id}`)
      .setHeader('content-type', 'text/plain')
      .end('as it is'),
  fail: (event, res) =>
    res.writeHead(404, { 'x-fc-status': '404', 'x-polyfn-failure': 'FunctionError' }).end('{"errorMessage":"as told"}'),
  'fail silently': (event, res) => res.writeHead(200, { 'x-fc-status': '404' }).end('no'),
  'break off': (event, res) => {
    res.write('{"specversion":');
    setTimeout(() => res.destroy(), 100);
  },
  exit: () => process.exit(7),
  hang: () => {},
};

http
  .createServer((req, res) => {
    const chunks = [];
    req.on('data', (chunk) => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks);
      const { method, url, headers } = req;
      console.log(`called ${method} ${url} ${headers['x-fc-control-path']} ${headers['content-type']} ${body.length}`);
      if (headers['x-want'] === 'request') {
        const data = { headers, body: body.toString() };
        res.end(JSON.stringify({ specversion: '1.0', id: 'seen', source: '/worker', type: 'seen', data }));
        return;
      }
      res.setHeader('x-worker', 'yes');
      let event;
      try {
        event = [JSON.parse(body)].flat()[0] ?? {};
      } catch {
        event = {};
      }
      const answer = answers[event.type] ?? (() => res.end(body));
      answer(event, res);
    });
  })
  .listen(require('./link').address);
