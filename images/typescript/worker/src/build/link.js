/**
 * node link.js <cache> <worker> <module>... compiles the worker and compiles and links modules, so that they are in the
 * compile cache. No module runs, because the one before them exits: at build time a function has neither its environment
 * nor its network.
 */
import { globSync } from 'node:fs';
import { createRequire, enableCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';

const [directory, worker, ...modules] = process.argv.slice(2);
const imports = modules.map((file) => `import ${JSON.stringify(pathToFileURL(file).href)};`);
enableCompileCache({ directory, portable: true });
// CommonJS is compiled when it is loaded, which has no effect for the worker's files, except for the one that starts it.
const require = createRequire(import.meta.url);
for (const file of globSync(`${worker}/*.js`)) if (!file.endsWith('/main.js')) require(file);
const linked = `import 'data:text/javascript,process.exit()';${imports.join('')}`;
await import(`data:text/javascript,${encodeURIComponent(linked)}`).catch(({ message }) => process.stderr.write(message));
