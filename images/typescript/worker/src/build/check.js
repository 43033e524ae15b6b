import { BuildError } from './error.js';
import { tsc } from './tsc.js';

/** Type-checks; the compiler prints what is wrong itself. @param {{file: string}} project @throws {BuildError} */
export function check({ file }) {
  const { status } = tsc(['--noEmit', '--project', file]);
  if (status !== 0) throw new BuildError('TypeScript found the errors above');
}
