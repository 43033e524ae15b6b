#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { bundle } from './bundle.js';
import { fillCache } from './cache.js';
import { check } from './check.js';
import { installDependencies } from './dependencies.js';
import { entriesOf } from './entries.js';
import { BuildError } from './error.js';
import { projectOf } from './project.js';

const USAGE = `polyfn-build [options] [entry...]

Type-checks the function in the current folder and bundles it, dependencies included, to /code, one file an entry.
Without an entry that is index.ts or src/index.ts, as /code/index.mjs. With entries, src/app.ts becomes
/code/src/app.mjs. npm ci runs first where package-lock.json is there and node_modules is not.

  -p, --project file     the tsconfig.json to check with and to compile by
  --external package     leave a package out of the bundle, such as one with native code; may be repeated
  --outdir folder        where to, instead of /code
  --help
`;

const OPTIONS = {
  project: { type: 'string', short: 'p' },
  external: { type: 'string', multiple: true, default: [] },
  outdir: { type: 'string', default: '/code' },
  help: { type: 'boolean' },
};

function readArguments() {
  try {
    return parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new BuildError(`${error.message}\n\n${USAGE}`);
  }
}

async function main() {
  const { values, positionals } = readArguments();
  if (values.help) return void process.stdout.write(USAGE);
  const folder = process.cwd();
  const entries = entriesOf(folder, positionals);
  installDependencies(folder);
  const project = projectOf(folder, values.project, entries);
  check(project);
  const files = await bundle({ folder, entries, project, ...values });
  fillCache(values.outdir, files);
}

main().catch((error) => {
  process.stderr.write(`polyfn-build: ${error instanceof BuildError ? error.message : error.stack}\n`);
  process.exitCode = 1;
});
