// A worker on the Runtime API, with eight loops: it echoes, and at /json returns what takes much memory to read.
const http = require('node:http');

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true });
const objects = `{"statusCode":200,"objects":[${'{},'.repeat(2_000_000)}{}]}`;

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, method, path: `/2018-06-01/runtime/invocation/${path}`, agent }, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () => resolve({ id: response.headers['lambda-runtime-aws-request-id'], text: Buffer.concat(pieces).toString() }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

function answer(event) {
  if (event.rawPath === '/json') return objects;
  return event.rawPath ? JSON.stringify({ statusCode: 200, body: event.body ?? '', isBase64Encoded: event.isBase64Encoded }) : 'an event';
}

async function loop() {
  for (;;) {
    const { id, text } = await call('GET', 'next');
    await call('POST', `${id}/response`, answer(JSON.parse(text)));
  }
}

for (let i = 0; i < 8; i++) loop();
