/** A fault in the user's project, printed without a stack. */
export class BuildError extends Error {
  name = 'BuildError';
}
