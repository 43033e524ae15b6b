'use strict';

const { spawnSync } = require('node:child_process');
const { pathToFileURL } = require('node:url');
const { typescriptHint } = require('./typescript.js');

/**
 * Why a module did not load, in one line, with the place of a syntax error.
 *
 * @param {string} file
 * @param {any} error
 * @returns {string}
 */
function describeLoadError(file, error) {
  const message = error?.message ?? String(error);
  if (!(error instanceof SyntaxError)) return describe(error, message) + typescriptHint(error, message);
  const place = placeIn(error.stack) ?? placeByLinking(file);
  return `SyntaxError: ${message.split('\n')[0]}${place ? ` at ${place}` : ''}${typescriptHint(error, place ?? file)}`;
}

function describe(error, message) {
  if (error?.code === 'MODULE_NOT_FOUND') return message.replace(/\nRequire stack:\n- /, ' required by ').replace(/\n- /g, ', ');
  return error?.name ? `${error.name}: ${message}` : message;
}

function placeIn(text) {
  return /^(?:file:\/\/)?(\/.*:\d+)$/m.exec(text ?? '')?.[1];
}

/**
 * Node.js shows the place of an ES module's syntax error only when it prints the error itself. So another process links
 * the same modules. None of them runs: the module before them exits when linking has succeeded.
 */
function placeByLinking(file) {
  const source = `import 'data:text/javascript,process.exit()';import ${JSON.stringify(pathToFileURL(file).href)};`;
  const child = spawnSync(process.execPath, ['--input-type=module', '--eval', source], { timeout: 5000, encoding: 'utf8' });
  return placeIn(child.stderr);
}

module.exports = { describeLoadError };
