'use strict';

const IN_TYPESCRIPT = /\.[cm]?ts(?:$|\W)/;

/**
 * What Node.js does not do when it runs TypeScript as source, where its own message leaves that out.
 *
 * @param {any} error why a module did not load
 * @param {string} where the place of a syntax error, else the error's message
 * @returns {string} '' where there is nothing to add
 */
function typescriptHint(error, where) {
  if (!IN_TYPESCRIPT.test(where)) return '';
  const limit = error instanceof SyntaxError ? syntaxLimit(error) : importLimit(error);
  return limit ? `; ${limit}. Or build it: RUN polyfn-build in a stage FROM the -build image of polyfn/typescript` : '';
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

module.exports = { typescriptHint };
