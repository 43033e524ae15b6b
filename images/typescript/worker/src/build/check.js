import { BuildError } from './error.js';
import { tsc } from './tsc.js';

/**
 * Type-checks; the compiler prints what is wrong itself.
 *
 * @param {ReturnType<import('./project.js').projectOf>} project
 * @throws {BuildError}
 */
export function check({ file, options }) {
  const { status } = tsc(['--noEmit', '--project', file, ...typesFor(options)]);
  if (status !== 0) throw new BuildError('TypeScript found the errors above');
}

/** Since version 6 no installed types count unless they are named; a project from before does not know, and needs Node.js's. */
function typesFor({ types }) {
  return types ? [] : ['--types', '*'];
}
