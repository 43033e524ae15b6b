import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BuildError } from './error.js';

/**
 * Installs the dependencies in package.json, development dependencies included, since types are among them. A node_modules
 * that is already there is used as it is.
 *
 * @param {string} folder
 * @throws {BuildError}
 */
export function installDependencies(folder) {
  if (existsSync(path.join(folder, 'node_modules')) || !hasDependencies(path.join(folder, 'package.json'))) return;
  if (!existsSync(path.join(folder, 'package-lock.json'))) {
    const how = 'commit the package-lock.json that npm install writes, or RUN another package manager before polyfn-build';
    throw new BuildError(`package.json has dependencies, and there is no package-lock.json and no node_modules: ${how}`);
  }
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) throw new BuildError('npm ci failed');
}

function hasDependencies(manifest) {
  if (!existsSync(manifest)) return false;
  const { dependencies, devDependencies, optionalDependencies } = parse(manifest);
  return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }).length > 0;
}

function parse(manifest) {
  try {
    return JSON.parse(readFileSync(manifest, 'utf8'));
  } catch (error) {
    throw new BuildError(`cannot read ${manifest}: ${error.message}`);
  }
}
