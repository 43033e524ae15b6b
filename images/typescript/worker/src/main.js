/** The start of the Node.js worker, for what polyfn-build made: with its source maps and from its compile cache. */
import { existsSync } from 'node:fs';
import { enableCompileCache, setSourceMapsSupport } from 'node:module';
import path from 'node:path';

const cache = path.resolve(process.env.FC_FUNC_CODE_PATH || '/code', '.compile-cache');
// Where there is none, none is begun: it would be written while the container stops, and lost with it.
if (existsSync(cache)) enableCompileCache({ directory: cache, portable: true });
setSourceMapsSupport(true, { nodeModules: true });
await import('/opt/polyfn/nodejs/src/main.js');
