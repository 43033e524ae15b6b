// Prints what its event says, [{ to, text, times }, { exit }, { respond }], and responds with the event: as an HTTP server or, with
// PULL=lambda|fc, over the Runtime API. What follows a `respond` waits for the next SIGUSR2, while the response is under way.
const fs = require('node:fs');
const http = require('node:http');

function print(fd, text) {
  const data = Buffer.from(text);
  for (let at = 0; at < data.length; ) {
    try {
      at += fs.writeSync(fd, data, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

async function run(event, respond) {
  for (const { to = 1, text = '', times = 1, exit, respond: begin } of event ? JSON.parse(event) : []) {
    print(to, text.repeat(times));
    if (exit) process.exit(exit);
    if (begin) {
      const next = new Promise((resolve) => process.once('SIGUSR2', resolve));
      respond('begun;');
      await next;
    }
  }
}

async function bodyOf(message) {
  const chunks = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function serve() {
  http
    .createServer(async (req, res) => {
      const event = await bodyOf(req);
      await run(event, (part) => res.write(part));
      res.end(event);
    })
    .listen(require('./link').address);
}

async function poll(dialect) {
  const lambda = dialect === 'lambda';
  const [host, port] = process.env[lambda ? 'AWS_LAMBDA_RUNTIME_API' : 'FC_RUNTIME_API'].split(':');
  const path = `/${lambda ? '2018-06-01' : '2020-11-11'}/runtime/invocation/`;
  const agent = new http.Agent({ keepAlive: true });
  const call = (method, name, headers) => {
    const req = http.request({ host, port, method, path: path + name, headers, agent });
    return [req, new Promise((resolve) => req.once('response', resolve))];
  };
  for (;;) {
    const [asked, answer] = call('GET', 'next');
    asked.end();
    const next = await answer;
    const event = await bodyOf(next);
    const id = next.headers[lambda ? 'lambda-runtime-aws-request-id' : 'x-fc-request-id'];
    const streams = event.includes('respond') ? { 'lambda-runtime-function-response-mode': 'streaming' } : {};
    let begun;
    const post = () => (begun ??= call('POST', `${id}/response`, streams));
    await run(event, (part) => post()[0].write(part));
    const [sent, accepted] = post();
    sent.end(event);
    await bodyOf(await accepted);
  }
}

if (process.env.PULL) poll(process.env.PULL);
else serve();
