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
  objectStream: () => Readable.from([{ a: 1 }]),
};

export const sync = (event) => VALUES[event]();
export const promised = async (event) => VALUES[event]();
export const called = (event, context, callback) => {
  setImmediate(() => callback(null, VALUES[event]()));
};
