import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BuildError } from './error.js';
import { tsc } from './tsc.js';

// Whatever the project says of its output, this is for esbuild: import statements stay, and nothing but JavaScript comes.
const EMIT = Object.entries({
  noEmit: false, module: 'preserve', moduleResolution: 'bundler', allowImportingTsExtensions: false, noCheck: true,
  inlineSourceMap: true, sourceMap: false, declaration: false, declarationMap: false, composite: false, incremental: false,
}).flatMap(([name, value]) => [`--${name}`, String(value)]);

/**
 * `emitDecoratorMetadata` needs types, which esbuild does not know: there, TypeScript compiles and esbuild bundles that.
 *
 * @param {ReturnType<import('./project.js').projectOf>} project
 * @returns {import('esbuild').Plugin[]}
 * @throws {BuildError}
 */
export function decoratorMetadata({ file, options }) {
  if (!options.emitDecoratorMetadata) return [];
  const compiled = compile(file);
  return [{ name: 'decorator-metadata', setup: (build) => useCompiled(build, path.dirname(file), compiled) }];
}

/** @returns {string} the folder with what the compiler made, as the sources lie in theirs */
function compile(file) {
  const compiled = mkdtempSync(path.join(os.tmpdir(), 'polyfn-build-'));
  const { status } = tsc([...EMIT, '--project', file, '--outDir', compiled, '--rootDir', path.dirname(file)]);
  if (status !== 0) throw new BuildError('TypeScript could not compile, which emitDecoratorMetadata needs');
  return compiled;
}

function useCompiled(build, sources, compiled) {
  build.onLoad({ filter: /\.[cm]?tsx?$/ }, ({ path: source }) => {
    const file = path.join(compiled, path.relative(sources, source)).replace(/\.([cm]?)tsx?$/, '.$1js');
    if (!existsSync(file)) return undefined;
    return { contents: readFileSync(file, 'utf8'), loader: source.endsWith('x') ? 'jsx' : 'js', resolveDir: path.dirname(source) };
  });
  build.onDispose(() => rmSync(compiled, { recursive: true, force: true }));
}
