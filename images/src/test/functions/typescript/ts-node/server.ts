// A server that knows nothing of polyfn, on the port that so many have written down.
import http from 'http';

enum Greeting {
  Hello = 'Hello',
}

const server = http.createServer((req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => res.end(`${Greeting.Hello} from ts-node: ${req.method} ${req.url} ${Buffer.concat(chunks)}`));
});
server.listen(9000);
