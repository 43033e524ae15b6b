import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { loadFunction } from '../src/loader.js';
import { nearest } from '../src/nearest.js';
import { readOptions } from '../src/options.js';
import { temporaryFolder } from './harness.js';

/** The message for a folder with these files, `<folder>` standing for its path. */
async function messageFor(t, files, env = {}) {
  const folder = temporaryFolder(t);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const failure = await loadFunction(readOptions({ FC_FUNC_CODE_PATH: folder, ...env })).catch((error) => error);
  assert.equal(failure.code, 'HandlerNotFound', String(failure));
  return failure.message.replaceAll(folder, '<folder>');
}

describe('no file for the handler: the message looks at what is there', () => {
  for (const [what, files, words, env] of [
    ['a bootstrap that is not executable', { bootstrap: '#!/bin/sh\n' }, ['<folder>/bootstrap is not executable: RUN chmod +x <folder>/bootstrap']],
    ['another module', { 'app.js': '', 'README.md': '' }, ['it holds: README.md, app.js', 'such as POLYFN_HANDLER=app.handler']],
    ['a module in a usual folder', { 'src/index.mjs': '' }, ['such as POLYFN_HANDLER=src/index.handler']],
    ['no module', { 'main.py': '' }, ['it holds: main.py; set POLYFN_HANDLER=file.export']],
    ['more files than anybody reads', Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`f${i + 10}.txt`, ''])), ['f19.txt and 5 more']],
    ['a start script', { 'package.json': '{"scripts":{"start":"node server.js"}}' }, ['start script', 'bootstrap', "'#!/bin/sh' and 'exec node server.js'"]],
    ['JSX', { 'index.tsx': '' }, ['<folder>/index.tsx is JSX']],
    ['a near name', { 'handlr.js': '' }, ['did you mean POLYFN_HANDLER=handlr.main?'], { POLYFN_HANDLER: 'handler.main' }],
    ['dots for slashes', { 'src/app.js': '' }, ['did you mean POLYFN_HANDLER=src/app.main?'], { POLYFN_HANDLER: 'src.app.main' }],
    ['an extension', { 'index.js': '' }, ['leave out the extension: index.main'], { POLYFN_HANDLER: 'index.js.main' }],
    ['a folder that does not exist', { 'index.js': '' }, ['the folder <folder>/lib does not exist'], { POLYFN_HANDLER: 'lib/app.main' }],
  ]) {
    test(what, async (t) => {
      const message = await messageFor(t, files, env);
      for (const word of words) assert.ok(message.includes(word), `${message}: no ${word}`);
    });
  }

  test('TypeScript where this Node.js does not run it', { skip: process.features.typescript && 'it does' }, async (t) => {
    for (const env of [{}, { POLYFN_HANDLER: 'index.handler' }]) {
      const message = await messageFor(t, { 'index.ts': '' }, env);
      assert.match(message, /<folder>\/index\.ts is TypeScript, which this Node\.js [\d.]+ does not run: use Node\.js 22\.18 or later, or build it: .*polyfn-build/);
    }
  });

  test('an executable bootstrap is not to blame', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(path.join(folder, 'bootstrap'), '');
    chmodSync(path.join(folder, 'bootstrap'), 0o755);
    await assert.rejects(loadFunction(readOptions({ FC_FUNC_CODE_PATH: folder })), ({ message }) => !message.includes('chmod'));
  });

  test('a folder that cannot be read', { skip: process.getuid() === 0 && 'root can read everything' }, async (t) => {
    const folder = temporaryFolder(t);
    chmodSync(folder, 0);
    await assert.rejects(loadFunction(readOptions({ FC_FUNC_CODE_PATH: folder })), /cannot be read by user \d+: RUN chmod a\+rX/);
  });
});

describe('no such export: the message looks at what is there', () => {
  for (const [what, source, words, env] of [
    ['a near name', 'export const handle = () => {}', ['it exports: handle', 'did you mean POLYFN_HANDLER=index.handle?']],
    ['the only function', 'exports.main = () => {}; exports.version = 1', ['it exports: main, version (number)', 'did you mean POLYFN_HANDLER=index.main?']],
    ['another case', 'exports.Handler = () => {}; exports.other = () => {}', ['did you mean POLYFN_HANDLER=index.Handler?'], { POLYFN_HANDLER: 'index.handler' }],
    ['the file taken for an export', 'exports.handler = () => {}', ["no export 'js'", 'did you mean POLYFN_HANDLER=index.handler?'], { POLYFN_HANDLER: 'index.js' }],
    ['a default export in an ES module', 'export default () => {}', ['it exports: default', 'POLYFN_HANDLER=index.default'], { POLYFN_HANDLER: 'index.handler' }],
    ['an object as default export', 'export default { run() {} }', ['it exports: run', 'POLYFN_HANDLER=index.run']],
    ['nothing', 'const a = 1', ['it exports: nothing', 'exports.handler = (event, context) =>']],
    ['an app that listens later', 'const app = { listen() {} }; setTimeout(() => app.listen(3000), 1e6).unref()',
      ['it calls listen itself: export the app instead', "'#!/bin/sh' and 'exec node index."]],
    ['a Promise', 'exports.handler = Promise.resolve(() => {})', ["export 'handler'", 'is a Promise: use a top-level await']],
  ]) {
    test(what, async (t) => {
      const message = await messageFor(t, { [source.startsWith('export ') ? 'index.mjs' : 'index.cjs']: source }, env);
      for (const word of words) assert.ok(message.includes(word), `${message}: no ${word}`);
    });
  }

  test('a server that listens already', async (t) => {
    const source = "globalThis.opened = require('node:http').createServer(); globalThis.opened['li' + 'sten'](0)";
    t.after(() => globalThis.opened.close());
    assert.match(await messageFor(t, { 'index.js': source }), /it exports: nothing; it calls listen itself/);
  });
});

describe('the nearest name', () => {
  for (const [name, names, near] of [
    ['handler', ['handle', 'main'], 'handle'], ['handler', ['main', 'run'], undefined], ['HANDLER', ['handler'], 'handler'],
    ['timout', ['timeout', 'tomato'], 'timeout'], ['handler', [], undefined],
  ]) {
    test(`of ${name} among ${names}: ${near}`, () => assert.equal(nearest(name, names), near));
  }
});
