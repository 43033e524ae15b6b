/** What the user's project has to change; told without a stack. */
export class BuildError extends Error {
  name = 'BuildError';
}
