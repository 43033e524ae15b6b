const THROWN = {
  error: () => new TypeError('bad input'),
  null: () => null,
  undefined: () => undefined,
  string: () => 'plain text',
  object: () => ({ code: 'E1' }),
  fetchFailed: () => new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') }),
  trap: () => new Proxy({}, { get() { throw new Error('no'); } }),
};
export const sync = (event) => {
  throw THROWN[event]();
};
export const rejects = (event) => Promise.reject(THROWN[event]());
export const callsBack = (event, context, callback) => callback(THROWN[event]());
