import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { loadFunction } from '../src/loader.js';
import { readOptions } from '../src/options.js';
import { HANDLERS, temporaryFolder } from './harness.js';

const load = (env, folder = '') => loadFunction(readOptions({ FC_FUNC_CODE_PATH: path.join(HANDLERS, folder), ...env }));
const call = async (env, folder) => {
  const { fn, self } = await load(env, folder);
  return fn.call(self, Buffer.from(''));
};

describe('the handler is found', () => {
  for (const [what, env, folder, response] of [
    ['in a folder', { POLYFN_HANDLER: 'src/index.handler' }, 'nested', 'nested'],
    ['in a file with a dot', { POLYFN_HANDLER: 'src/a.b.handler' }, 'nested', 'dotted'],
    ['by FC\'s variable', { FC_FUNCTION_HANDLER: 'src/index.handler' }, 'nested', 'nested'],
    ['by the local tools\' variable', { FC_FUNCTION_HANDLER: 'not-used', FC_HANDLER: 'src/index.handler' }, 'nested', 'nested'],
    ['by main in package.json', {}, 'main-field', 'main'],
    ['by main in spite of a placeholder', { FC_FUNCTION_HANDLER: 'not-used', FC_HANDLER: 'index.handler' }, 'main-field', 'main'],
    ['as the default export of a compiler', { FC_HANDLER: 'compiled.handler' }, '', 'compiled default'],
    ['as that default export by name', { POLYFN_HANDLER: 'compiled.default' }, '', 'compiled default'],
    ['behind a top-level await', { FC_HANDLER: 'default.handler' }, '', 'awaited'],
    ['on an object, with its this', { POLYFN_HANDLER: 'this.handler' }, '', 'this works'],
  ]) {
    test(what, async () => assert.equal(await call(env, folder), response));
  }

  test('POLYFN_HANDLER before the others', async () => {
    assert.equal(await call({ POLYFN_HANDLER: 'src/a.b.handler', FC_HANDLER: 'src/index.handler' }, 'nested'), 'dotted');
  });
});

describe('a failure says what was looked for', () => {
  const broken = path.join(HANDLERS, 'broken');
  for (const [handler, code, ...words] of [
    ['nope.handler', 'HandlerNotFound', 'POLYFN_HANDLER=nope.handler', 'nope.js, nope.mjs, nope.cjs', broken],
    ['exports.handler', 'HandlerNotFound', "no export 'handler'", path.join(broken, 'exports.mjs'), 'it exports: other (number), text (string)'],
    ['exports.text', 'HandlerNotFound', "export 'text'", 'of type string'],
    ['syntax.handler', 'FunctionLoadFailed', 'SyntaxError', `${path.join(broken, 'syntax.mjs')}:2`],
    ['imports-syntax.handler', 'FunctionLoadFailed', 'SyntaxError', `${path.join(broken, 'syntax.mjs')}:2`],
    ['missing.handler', 'FunctionLoadFailed', 'no-such-package', path.join(broken, 'missing.mjs')],
    ['throws.handler', 'FunctionLoadFailed', 'TypeError: at load', path.join(broken, 'throws.cjs')],
  ]) {
    test(handler, async () => {
      await assert.rejects(load({ POLYFN_HANDLER: handler }, 'broken'), (error) => {
        assert.equal(error.code, code);
        for (const word of words) assert.ok(error.message.includes(word), `${error.message}: no ${word}`);
        return true;
      });
    });
  }

  for (const [name, words] of [['syntax.cjs', `SyntaxError: Unexpected token '=' at ${path.join(broken, 'syntax.cjs')}:2`], ['missing.cjs', 'no-such-package']]) {
    test(`CommonJS ${name}`, async (t) => {
      const folder = temporaryFolder(t);
      writeFileSync(path.join(folder, 'index.cjs'), `require(${JSON.stringify(path.join(broken, name))});`);
      await assert.rejects(load({ FC_FUNC_CODE_PATH: folder }), (error) => error.code === 'FunctionLoadFailed' && error.message.includes(words));
    });
  }

  test('in an empty folder', async (t) => {
    const folder = temporaryFolder(t);
    await assert.rejects(load({ FC_FUNC_CODE_PATH: folder }), ({ code, message }) => {
      assert.equal(code, 'HandlerNotFound');
      assert.ok(message.startsWith('no index.js, index.mjs, index.cjs'), message);
      assert.ok(message.endsWith(` in ${folder}, and no package.json with a main; ${folder} is empty: COPY the function into it`), message);
      return true;
    });
  });

  test('with a package.json that is broken or lies', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(path.join(folder, 'package.json'), '{');
    await assert.rejects(load({ FC_FUNC_CODE_PATH: folder }), { code: 'FunctionLoadFailed' });
    writeFileSync(path.join(folder, 'package.json'), '{"main":"gone.js"}');
    await assert.rejects(load({ FC_FUNC_CODE_PATH: folder }), { code: 'HandlerNotFound', message: /gone\.js/ });
  });
});
