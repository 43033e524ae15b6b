import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { BuildError } from './error.js';

const EXTENSIONS = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'];

/**
 * The modules to bundle, and their names below the output folder, without an extension.
 *
 * @param {string} folder
 * @param {string[]} given as the command line has them, with or without their extension
 * @returns {{in: string, out: string}[]}
 * @throws {BuildError}
 */
export function entriesOf(folder, given) {
  if (given.length > 0) return given.map((entry) => entryNamed(folder, entry));
  const found = find(folder, 'index') ?? find(folder, 'src/index');
  if (!found) throw new BuildError(`no index.ts and no src/index.ts in ${folder}; name the entry, such as: polyfn-build src/app.ts`);
  return [{ in: found, out: 'index' }];
}

function entryNamed(folder, entry) {
  const file = find(folder, entry);
  if (!file) throw new BuildError(`there is no ${path.resolve(folder, entry)}`);
  const out = path.relative(folder, file).replace(/\.\w+$/, '');
  if (out.startsWith('..')) throw new BuildError(`${file} is outside of ${folder}, the folder that is built`);
  return { in: file, out };
}

function find(folder, name) {
  return ['', ...EXTENSIONS].map((each) => path.resolve(folder, name + each)).find(isFile);
}

function isFile(file) {
  return existsSync(file) && statSync(file).isFile();
}
