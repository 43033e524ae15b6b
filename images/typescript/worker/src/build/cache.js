import { spawnSync } from 'node:child_process';
import { chmodSync, globSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const LINK = fileURLToPath(new URL('./link.js', import.meta.url));
const WORKER = '/opt/polyfn/nodejs/src';

/**
 * Fills V8's compile cache with the function and the worker.
 *
 * @param {string} outdir
 * @param {string[]} files
 */
export function fillCache(outdir, files) {
  const cache = path.resolve(outdir, '.compile-cache');
  const { stderr } = spawnSync(process.execPath, [LINK, cache, WORKER, ...files], { cwd: outdir, encoding: 'utf8' });
  // Packages that were left out of the bundle may be added later; the cache holds what was compiled before the error.
  if (stderr) process.stderr.write(`polyfn-build: the compile cache is not complete: ${stderr.trim()}\n`);
  // Node.js writes it for its own user alone.
  for (const file of globSync(`${cache}/*/*`)) chmodSync(file, 0o644);
}
