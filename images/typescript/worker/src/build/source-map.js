import { readFileSync, writeFileSync } from 'node:fs';
import { decode, encode } from '@jridgewell/sourcemap-codec';

/**
 * Leaves of the mappings of dependencies one a line. Node.js decodes the whole map for the first stack it prints: with
 * two database clients in the bundle that took 18 MB and 40 ms more than without a map, and takes 3 MB and 15 ms now.
 * Lines stay exact, columns of dependencies do not.
 *
 * @param {string} file
 */
export function thinOut(file) {
  const map = JSON.parse(readFileSync(file, 'utf8'));
  const isDependency = map.sources.map((source) => source.includes('node_modules/'));
  const lines = decode(map.mappings);
  const kept = lines.map((line) => line.filter(([, source], index) => index === 0 || !isDependency[source]));
  writeFileSync(file, JSON.stringify({ ...map, mappings: encode(kept), names: [] }));
}
