'use strict';

const { Server } = require('node:http');

const PARAMETERS = /^(?:async\b\s*)?(?:function\b\s*)?(?:\*\s*)?(?:[\w$]+\s*)?\(([^)]*)\)/;

/** Linters want `_req` where it is not used, bundlers write `req2` where the name is taken. */
const REQUEST = /^_*req(?:uest)?\d*$/;

const isFunction = (value) => typeof value === 'function';

/**
 * The names of a function's parameters in its source, [] where it has none to read (native, bound).
 *
 * @param {Function} fn
 * @returns {string[]}
 */
function parameterNames(fn) {
  const list = PARAMETERS.exec(Function.prototype.toString.call(fn))?.[1] ?? '';
  return list.split(',').map((each) => each.replace(/\/\*.*?\*\//gs, '').trim().split(/[\s=]/)[0]);
}

/** An app or server of a known library, as a Node.js listener; undefined for anything else. */
function knownApp(value) {
  if (value instanceof Server) {
    return { listener: (req, res) => value.emit('request', req, res), server: value };
  }
  if (isFunction(value) && isFunction(value.handle) && isFunction(value.use)) return { listener: value }; // Express, Connect
  if (isFunction(value.callback) && isFunction(value.use)) return { listener: value.callback() }; // Koa
  if (isFunction(value.routing) && isFunction(value.ready)) return { listener: value.routing, ready: value }; // Fastify
  return undefined;
}

function app(found) {
  return { shape: 'http', fn: found.listener, self: undefined, passContext: false, server: found.server, ready: found.ready };
}

function listener(fn, self) {
  // A third parameter called `next` belongs to a middleware, which would call the context.
  return { shape: 'http', fn, self, passContext: parameterNames(fn)[2] !== 'next' };
}

/** A second parameter that cannot be a response: the handler is a web-standard one, `(request, context) => new Response()`. */
function isContext(name = '') {
  return /^_*(?:context|ctx|env)\d*$/i.test(name) || name.startsWith('{');
}

function guess(value, self) {
  if (isFunction(value.fetch)) return { shape: 'fetch', fn: value.fetch, self: value };
  const found = knownApp(value);
  if (found) return app(found);
  if (!isFunction(value)) return undefined;
  const [first, second] = parameterNames(value);
  const takesRequest = REQUEST.test(first) && value.length >= 2;
  if (!takesRequest) return { shape: 'event', fn: value, self };
  return isContext(second) ? { shape: 'fetch', fn: value, self, guessed: `${first}, ${second}` } : listener(value, self);
}

/**
 * Finds out a function's shape; the table is at the top of loader.js.
 *
 * @param {unknown} value what the module exports
 * @param {unknown} self what it is called on
 * @param {'event' | 'http' | 'fetch'} [signature] fixes the shape
 * @returns {{shape: string, fn: Function, self: unknown} | undefined} undefined when it fits no shape
 */
function shapeOf(value, self, signature) {
  if (value === null || (typeof value !== 'object' && !isFunction(value))) return undefined;
  if (signature === undefined) return guess(value, self);
  if (signature === 'fetch' && isFunction(value.fetch)) return { shape: 'fetch', fn: value.fetch, self: value };
  const found = signature === 'http' ? knownApp(value) : undefined;
  if (found) return app(found);
  if (!isFunction(value)) return undefined;
  return signature === 'http' ? listener(value, self) : { shape: signature, fn: value, self };
}

module.exports = { parameterNames, shapeOf };
