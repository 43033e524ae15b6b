import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { loadFunction } from '../src/loader.js';
import { readOptions } from '../src/options.js';
import { typescriptHint } from '../src/typescript.js';
import { HANDLERS } from './harness.js';

const folder = path.join(HANDLERS, 'typescript');
const load = (handler) => loadFunction(readOptions({ FC_FUNC_CODE_PATH: folder, POLYFN_HANDLER: handler }));

// The same on every Node.js; what follows needs one that strips types, which the image's does.
describe('a hint is given for TypeScript alone, and where it helps', () => {
  const notFound = Object.assign(new Error("Cannot find module '/code/a' imported from /code/b.ts"), { code: 'ERR_MODULE_NOT_FOUND' });
  const unsupported = Object.assign(new SyntaxError('no enums'), { code: 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' });
  const invalid = Object.assign(new SyntaxError('expected )'), { code: 'ERR_INVALID_TYPESCRIPT_SYNTAX' });
  for (const [what, error, where, hint] of [
    ['a missing extension', notFound, notFound.message, /extension.*polyfn-build/],
    ['syntax that is compiled', unsupported, '/code/index.mts:3', /no enums, decorators.*polyfn-build/],
    ['the same in JavaScript', unsupported, '/code/index.js:3', /^$/],
    ['syntax that nobody takes', invalid, '/code/index.ts:3', /^$/],
    ['what a module threw', new TypeError('x is undefined'), 'x is undefined in /code/a.ts', /^$/],
    ['something that is no error', undefined, 'undefined', /^$/],
  ]) {
    test(what, () => assert.match(typescriptHint(error, where), hint));
  }
});

describe('TypeScript as source', { skip: !process.features.typescript && 'this Node.js strips no types' }, () => {
  test('runs', async () => assert.equal((await load('typed.handler')).fn(), 'typed'));

  test('goes after what was compiled', async () => assert.equal((await load('both.handler')).fn(), 'compiled'));

  for (const [handler, ...words] of [
    ['enum.handler', `${path.join(folder, 'enum.ts')}:3;`, 'polyfn-build'],
    ['imports-enum.handler', `${path.join(folder, 'enum.ts')}:3;`, 'polyfn-build'],
    ['decorator.handler', `${path.join(folder, 'decorator.ts')}:3;`, 'polyfn-build'],
    ['parameter-property.handler', `${path.join(folder, 'parameter-property.ts')}:2;`, 'polyfn-build'],
    ['extension.handler', "typed'", 'with their extension', 'polyfn-build'],
    ['type-import.handler', `${path.join(folder, 'type-import.ts')}:1;`, "'import type'", 'polyfn-build'],
    ['package-import.handler', "package 'polyfn'", "'import type'"],
    ['broken.handler', `${path.join(folder, 'broken.ts')}:1`],
    ['absent.handler', 'absent.js, absent.mjs, absent.cjs, absent.ts, absent.mts, absent.cts'],
  ]) {
    test(`${handler} does not, and says why`, async () => {
      await assert.rejects(load(handler), ({ message }) => {
        for (const word of words) assert.ok(message.includes(word), `${message}: no ${word}`);
        return true;
      });
    });
  }
});
