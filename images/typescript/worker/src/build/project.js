import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BuildError } from './error.js';
import { tsc } from './tsc.js';

/**
 * The tsconfig.json that counts: the one named, the folder's own, else one that checks the entries by the rules that
 * the types package recommends. With its compiler options as they are after `extends`.
 *
 * @param {string} folder
 * @param {string | undefined} given
 * @param {{in: string}[]} entries
 * @returns {{file: string, options: Record<string, unknown>}}
 * @throws {BuildError}
 */
export function projectOf(folder, given, entries) {
  const file = path.resolve(folder, given ?? 'tsconfig.json');
  if (existsSync(file)) return { file, options: optionsOf(file) };
  if (given) throw new BuildError(`there is no ${file}`);
  return { file: recommended(folder, entries), options: { types: ['node'] } };
}

function optionsOf(file) {
  const { stdout, status } = tsc(['--showConfig', '--project', file], ['ignore', 'pipe', 'inherit']);
  if (status === 0) return JSON.parse(stdout).compilerOptions ?? {};
  process.stderr.write(stdout);
  throw new BuildError(`TypeScript cannot use ${file}`);
}

function recommended(folder, entries) {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'polyfn-build-')), 'tsconfig.json');
  const compilerOptions = { typeRoots: [path.join(folder, 'node_modules/@types'), '/node_modules/@types'] };
  const files = entries.map((entry) => entry.in);
  writeFileSync(file, JSON.stringify({ extends: '/node_modules/polyfn/tsconfig.json', compilerOptions, files }));
  return file;
}
