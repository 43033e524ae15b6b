import { statSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { BuildError } from './error.js';
import { decoratorMetadata } from './metadata.js';
import { optionalRequires } from './optional.js';
import { thinOut } from './source-map.js';

// CommonJS code ends up in an ES module, which has none of these. The names cannot meet the function's own:
// esbuild renames any other `require`, and the two files' names replace only what nobody declares.
const COMMONJS = `import { createRequire as polyfnRequire } from 'node:module';
const require = polyfnRequire(import.meta.url);
const { filename: polyfnFilename, dirname: polyfnDirname } = import.meta;`;

/**
 * Bundles each entry with what it imports into one file.
 *
 * @param {{folder: string, entries: {in: string, out: string}[], project: {file: string},
 *   external: string[], outdir: string}} options
 * @returns {Promise<string[]>} the files
 * @throws {BuildError}
 */
export async function bundle({ folder, entries, project, external, outdir }) {
  try {
    await build({
      absWorkingDir: folder,
      entryPoints: entries,
      outdir,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      keepNames: true, // a failure's errorType is a class's name
      target: `node${process.versions.node}`,
      format: 'esm',
      banner: { js: COMMONJS },
      define: { __filename: 'polyfnFilename', __dirname: 'polyfnDirname' },
      external,
      tsconfig: project.file,
      plugins: [...decoratorMetadata(project), optionalRequires()],
      sourcemap: 'linked',
      sourcesContent: false,
      logLevel: 'warning',
      color: false,
    });
  } catch (error) {
    if (error.errors) throw new BuildError('esbuild found the errors above');
    throw error;
  }
  return entries.map(({ out }) => finish(path.resolve(outdir, `${out}.mjs`)));
}

function finish(file) {
  thinOut(`${file}.map`);
  process.stdout.write(`${file} ${Math.ceil(statSync(file).size / 1000)} kB\n`);
  return file;
}
