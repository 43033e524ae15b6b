import { Readable } from 'node:stream';

const pieces = ['a', Buffer.from('b'), new Uint8Array([99])];
async function* generate() {
  yield* pieces;
}
const VALUES = {
  string: () => 'größe',
  buffer: () => Buffer.from([0, 255]),
  bytes: () => new Uint8Array([1, 2]).subarray(1),
  arrayBuffer: () => new Uint8Array([7]).buffer,
  object: () => ({ a: 1 }),
  array: () => [1, 2],
  number: () => 42,
  boolean: () => false,
  null: () => null,
  undefined: () => undefined,
  readable: () => Readable.from(pieces),
  generator: () => generate(),
  web: () => new Blob(['abc']).stream(),
  bigint: () => 1n,
  function: () => () => {},
  circular: () => {
    const value = {};
    value.self = value;
    return value;
  },
  blob: () => new Blob(['abc']),
  map: () => new Map([['a', 1]]),
  set: () => new Set([1]),
  syncGenerator: () => (function* yields() { yield* pieces; })(),
  iterator: () => pieces.values(),
  error: () => new RangeError('returned'),
  response: () => new Response('from a Response', { status: 201, headers: { 'x-own': '1' } }),
  failedResponse: () => new Response('no', { status: 500 }),
  usedResponse: () => {
    const response = new Response('used');
    response.text();
    return response;
  },
  lockedResponse: () => {
    const response = new Response('locked');
    response.body.getReader();
    return response;
  },
  streamBody: () => ({ statusCode: 202, headers: { 'x-own': '1', 'content-length': '99' }, body: Readable.from(pieces) }),
  objectStream: () => Readable.from([{ a: 1 }]),
};

// An HTTP request names the value in a header.
const named = (event) => (event[0] === 0x7b ? JSON.parse(event).headers['X-Value'] : event);

export const sync = (event) => VALUES[named(event)]();
export const promised = async (event) => VALUES[named(event)]();
export const called = (event, context, callback) => {
  setImmediate(() => callback(null, VALUES[named(event)]()));
};
