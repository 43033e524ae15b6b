const RESOLVING = Symbol('resolving');
const AT_RUN_TIME = new Set(['require-call', 'dynamic-import']);

/**
 * Keeps packages external that dependencies load only if they are installed, as NestJS does with its transports. In the
 * function's own modules, a package that is not installed is an error.
 *
 * @returns {import('esbuild').Plugin}
 */
export function optionalRequires() {
  const reported = new Set();
  return {
    name: 'optional-requires',
    setup: (build) => build.onResolve({ filter: /^[^./]/ }, (args) => resolveOptional(build, args, reported)),
  };
}

async function resolveOptional(build, { path, kind, importer, resolveDir, pluginData }, reported) {
  if (!AT_RUN_TIME.has(kind) || pluginData === RESOLVING || !importer.includes('/node_modules/')) return undefined;
  const { errors } = await build.resolve(path, { kind, importer, resolveDir, pluginData: RESOLVING });
  if (errors.length === 0) return undefined; // esbuild resolves it again, with everything that it knows of it
  if (!reported.has(path)) process.stdout.write(`not bundled: ${path}, which ${importer} loads at run time and which is not installed\n`);
  reported.add(path);
  return { path, external: true };
}
