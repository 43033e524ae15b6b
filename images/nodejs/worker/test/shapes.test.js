import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parameterNames, shapeOf } from '../src/shapes.js';

const connect = Object.assign((req, res) => res, { use() {}, handle() {} });

describe('a shape is found out', () => {
  for (const [what, value, shape] of [
    ['(event)', (event) => event, 'event'],
    ['(event, context, callback)', function handler(event, context, callback) { callback(event, context); }, 'event'],
    ['(req, res)', (req, res) => [req, res], 'http'],
    ['async (request, response)', async (request, response) => [request, response], 'http'],
    ['function (req, resp, context)', function (req, resp, context) { return [req, resp, context]; }, 'http'],
    ['a method', { handler(req, res) { return [req, res]; } }.handler, 'http'],
    ['an async generator method', { async *handler(req, res) { yield [req, res]; } }.handler, 'http'],
    ['(request) alone, which cannot respond', (request) => request, 'event'],
    ['(requests, context)', (requests, context) => [requests, context], 'event'],
    ['a bound listener, whose names are gone', ((req, res) => [req, res]).bind(null), 'event'],
    ['an object with fetch', { fetch() {} }, 'fetch'],
    ['an app', connect, 'http'],
    ['(request, context)', (request, context) => [request, context], 'fetch'],
    ['async (req, ctx)', async (req, ctx) => [req, ctx], 'fetch'],
    ['(request, env, ctx)', (request, env, ctx) => [request, env, ctx], 'fetch'],
    ['(_req, res), renamed by a linter', (_req, res) => [_req, res], 'http'],
    ['(req2, res2), renamed by a bundler', (req2, res2) => [req2, res2], 'http'],
    ['(request, { params })', (request, { params }) => [request, params], 'fetch'],
    ['(req, resp, context)', (req, resp, context) => [req, resp, context], 'http'],
    ['a default value that hides the rest', (req = String(1), res) => [req, res], 'event'],
  ]) {
    test(`${what} is ${shape}`, () => assert.equal(shapeOf(value)?.shape, shape));
  }

  for (const value of [undefined, null, 'text', 1, {}, []]) {
    test(`${JSON.stringify(value)} is none`, () => assert.equal(shapeOf(value), undefined));
  }

  test('unless POLYFN_SIGNATURE fixes it', () => {
    const listener = (req, res) => [req, res];
    assert.equal(shapeOf(listener, undefined, 'event').shape, 'event');
    assert.equal(shapeOf((a, b) => [a, b], undefined, 'http').shape, 'http');
    assert.equal(shapeOf((a) => a, undefined, 'fetch').shape, 'fetch');
    assert.equal(shapeOf({ fetch() {} }, undefined, 'http'), undefined);
  });

  test('an app or a middleware gets no context where it expects next', () => {
    assert.equal(shapeOf(connect).passContext, false);
    assert.equal(shapeOf((req, res, next) => [req, res, next]).passContext, false);
    assert.equal(shapeOf((req, res, context) => [req, res, context]).passContext, true);
  });
});

test('parameter names survive defaults and comments', () => {
  assert.deepEqual(parameterNames((req /* in */, res = 1) => [req, res]), ['req', 'res']);
});
