const RESPONSES = {
  '/event': (event) => JSON.stringify(event),
  '/object': () => ({ statusCode: 201, headers: { 'X-A': '1', 'Set-Cookie': ['a=1', 'b=2'], 'content-length': '1' }, body: 'größe' }),
  '/binary': () => ({ statusCode: '200', headers: { 'content-type': 'image/x' }, isBase64Encoded: true, body: '/wA=' }),
  '/no-base64': () => ({ statusCode: 200, headers: { 'content-type': 'text/x' }, isBase64Encoded: true, body: 'no base64!' }),
  '/object-body': () => ({ statusCode: 200, body: { a: 1 } }),
  '/stream-body': () => ({ statusCode: 206, headers: { 'content-type': 'text/x' }, body: require('node:stream').Readable.from(['a', 'b']) }),
  '/utf8': () => ({ statusCode: 200, headers: { 'x-name': 'José 中文' }, body: '' }),
  '/json-text': () => JSON.stringify({ statusCode: 202, body: { nested: true } }),
  '/json-buffer': () => Buffer.from('{"statusCode":404,"body":"gone"}'),
  '/empty': () => ({ statusCode: 204 }),
  '/text': () => 'text',
  '/plain-object': () => ({ a: 1 }),
  '/buffer': () => Buffer.from([1, 2]),
  '/bad-status': () => ({ statusCode: 'no' }),
  '/stream': () => require('node:stream').Readable.from(['a', 'b']),
};
exports.handler = async (event) => {
  if (!Buffer.isBuffer(event)) throw new Error('event must be a Buffer');
  const parsed = JSON.parse(event);
  return RESPONSES[parsed.requestContext.http.path](parsed);
};
