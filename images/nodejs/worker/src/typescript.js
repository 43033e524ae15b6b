'use strict';

const IN_TYPESCRIPT = /\.[cm]?ts(?:$|\W)/;
const BUILD = 'build it: RUN polyfn-build in a stage FROM the -build image of polyfn/typescript';

/**
 * The limits of running TypeScript as source, where Node.js's own message does not mention them.
 *
 * @param {any} error why a module did not load
 * @param {string} where the place of a syntax error, else the error's message
 * @returns {string} '' where there is nothing to add
 */
function typescriptHint(error, where) {
  if (!IN_TYPESCRIPT.test(where)) return '';
  if (runsNone(error)) return `; ${runsNoTypescript('it')}`;
  const limit = error instanceof SyntaxError ? syntaxLimit(error) : importLimit(error);
  return limit ? `; ${limit}. Or ${BUILD}` : '';
}

function runsNone(error) {
  if (error?.code === 'ERR_UNKNOWN_FILE_EXTENSION') return true;
  return error instanceof SyntaxError && !error.code && !process.features.typescript; // by require, which takes it for JavaScript
}

/**
 * Why a file in TypeScript is not loaded.
 *
 * @param {string} file
 * @returns {string}
 */
function runsNoTypescript(file) {
  return `${file} is TypeScript, which this Node.js ${process.versions.node} does not run: use Node.js 22.18 or later, or ${BUILD}`;
}

function syntaxLimit({ code, message }) {
  if (code === 'ERR_INVALID_TYPESCRIPT_SYNTAX') return undefined; // no compiler would take it
  if (message.includes('does not provide an export named')) return "as source, a type is imported with 'import type'";
  return 'as source, types are stripped and nothing is compiled: no enums, decorators, parameter properties, namespaces';
}

function importLimit(error) {
  if (!error?.code?.endsWith('MODULE_NOT_FOUND')) return undefined;
  if (error.message.startsWith('Cannot find module')) return 'as source, files are imported with their extension, such as ./file.ts';
  return "as source, paths of tsconfig.json do not count, and types are imported with 'import type'";
}

module.exports = { runsNoTypescript, typescriptHint };
