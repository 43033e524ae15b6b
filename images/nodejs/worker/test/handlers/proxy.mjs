import { once } from 'node:events';
import http from 'node:http';
import zlib from 'node:zlib';

const encode = { gzip: zlib.gzipSync, br: zlib.brotliCompressSync, deflate: zlib.deflateSync };
const text = Buffer.from('größe '.repeat(100));

/** A server that compresses, as `fetch` asks for. */
const origin = http.createServer((req, res) => {
  const encoding = req.url.slice(1);
  const body = encode[encoding](text);
  res.writeHead(200, { 'x-origin': '1', 'content-encoding': encoding, 'content-length': body.length }).end(body);
});
origin.listen(0, '127.0.0.1').unref();
await once(origin, 'listening');

export async function handler(request, context) {
  const [, how, encoding] = new URL(request.url).pathname.split('/');
  if (how === 'own') {
    const body = encode[encoding](text);
    return new Response(body, { headers: { 'content-encoding': encoding, 'content-length': String(body.length) } });
  }
  const { signal } = context;
  const response = await fetch(`http://127.0.0.1:${origin.address().port}/${encoding}`, { method: request.method, signal });
  return how === 'copied' ? new Response(response.body, response) : response;
}
