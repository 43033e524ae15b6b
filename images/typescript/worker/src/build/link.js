/**
 * node link.js <cache> <module>... compiles and links modules, so that they are in the compile cache. None of them runs,
 * because the module before them ends the process: at build time a function has neither its environment nor its network.
 */
import { enableCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';

const [directory, ...modules] = process.argv.slice(2);
const imports = modules.map((file) => `import ${JSON.stringify(pathToFileURL(file).href)};`);
enableCompileCache({ directory, portable: true });
const linked = `import 'data:text/javascript,process.exit()';${imports.join('')}`;
await import(`data:text/javascript,${encodeURIComponent(linked)}`).catch(({ message }) => process.stderr.write(message));
