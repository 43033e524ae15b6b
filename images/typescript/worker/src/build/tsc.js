import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** Runs the compiler. @param {string[]} args @param {import('node:child_process').StdioOptions} stdio */
export function tsc(args, stdio = 'inherit') {
  return spawnSync(process.execPath, [TSC, '--pretty', 'false', ...args], { stdio, encoding: 'utf8', maxBuffer: 2 ** 26 });
}
