'use strict';

/**
 * Finds and loads the user's function.
 *
 * Which module and export: `POLYFN_HANDLER=file.export`, exactly that; else `FC_FUNCTION_HANDLER` or `FC_HANDLER` where
 * that file exists (FC's templates put words such as `not-used` there); else `index.handler`; else `main` of
 * `package.json`. `file` may have folders, its extension (`.js`, `.mjs`, `.cjs`, then `.ts`, `.mts`, `.cts` where this
 * Node.js strips types) is left out. The named export comes first, then a property of that name on the default export
 * (`module.exports`), then, without `POLYFN_HANDLER`, the default export itself.
 *
 * | the export is | shape | called as |
 * |---|---|---|
 * | an object (or function) with a `fetch` function: a web-standard handler, a Hono app | fetch | `fetch(request, context)` |
 * | an Express, Connect, Koa or Fastify app, an `http.Server` | http | `(req, res)` |
 * | a function of two or more parameters, the first named `req` or `request`, the second `context`, `ctx` or `env` | fetch | `(request, context)` |
 * | such a function with any other second parameter | http | `(req, res, context)`; FC's older `resp.send()` and the like work too |
 * | any other function | event | `(event, context, callback)`, event a Buffer |
 * | anything, with `POLYFN_SIGNATURE=event`, `http` or `fetch` | that | as above; needed where a minifier renames `req` |
 *
 * | the request is | event function | http or fetch function |
 * |---|---|---|
 * | an event (`POST /invoke`) | the body as event | gets it as the HTTP request it is; a status below 400 is a success |
 * | HTTP | FC 3's HTTP event object as event; may return `{statusCode, headers, body, isBase64Encoded}` | as it is |
 *
 * Hooks are the exports `initialize` (or `initializer`), `preFreeze` and `preStop`, called as `(context, callback)`;
 * an export `upgrade(req, socket, head)` gets WebSocket handshakes.
 */
const { existsSync, readFileSync, statSync } = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { Failure } = require('./errors.js');
const { shapeOf } = require('./shapes.js');

const EXTENSIONS = ['.js', '.mjs', '.cjs'];
// Many projects have a TypeScript file's compiled output beside it, which takes precedence.
if (process.features.typescript) EXTENSIONS.push('.ts', '.mts', '.cts');
const HOOKS = { initialize: ['initialize', 'initializer'], preFreeze: ['preFreeze'], preStop: ['preStop'] };

/**
 * @param {ReturnType<import('./options.js').readOptions>} options
 * @throws {Failure} HandlerNotFound or FunctionLoadFailed
 */
async function loadFunction(options) {
  const located = locate(options);
  const { file, name, strict } = located;
  const module = await importModule(file);
  const owner = defaultExport(module);
  const found = pick(module, owner, name, strict, options.signature);
  if (!found) throw new Failure('HandlerNotFound', notFound().missingExport(located, exportNamed(module, owner, name), module, owner, options));
  await found.ready?.ready();
  return {
    ...found,
    handlerName: name,
    waitsForCallback: found.fn.length >= 3,
    hooks: hooksOf(module, owner),
    upgrade: upgradeOf(found, module, owner),
  };
}

function locate(options) {
  const folder = options.codePath;
  if (options.handler) {
    const wanted = split(options.handler);
    const file = resolveFile(folder, wanted.file);
    if (!file) throw new Failure('HandlerNotFound', notFound().missingFile(folder, wanted.file, EXTENSIONS, options.handler));
    return { file, name: wanted.name, strict: true };
  }
  for (const handler of [...options.platformHandlers, 'index.handler']) {
    const wanted = split(handler);
    const file = wanted && resolveFile(folder, wanted.file);
    if (file) return { file, name: wanted.name, strict: false };
  }
  const file = mainOf(folder);
  if (!file) throw new Failure('HandlerNotFound', notFound().missingFile(folder, 'index', EXTENSIONS));
  return { file, name: 'handler', strict: false };
}

/** Required only here: a successful start should not pay for it. */
function notFound() {
  return require('./not-found.js');
}

function split(handler) {
  const dot = handler.lastIndexOf('.');
  return dot > 0 ? { file: handler.slice(0, dot), name: handler.slice(dot + 1) } : undefined;
}

function resolveFile(folder, file) {
  return EXTENSIONS.map((each) => path.resolve(folder, file + each)).find((each) => existsSync(each));
}

function mainOf(folder) {
  const manifest = path.join(folder, 'package.json');
  if (!existsSync(manifest)) return undefined;
  const main = parseManifest(manifest).main;
  if (typeof main !== 'string' || !main) return undefined;
  const exact = path.resolve(folder, main);
  if (statSync(exact, { throwIfNoEntry: false })?.isFile()) return exact;
  const file = resolveFile(folder, main) ?? resolveFile(exact, 'index');
  if (!file) throw new Failure('HandlerNotFound', `main in ${manifest} is ${main}, which does not exist`);
  return file;
}

function parseManifest(manifest) {
  try {
    return JSON.parse(readFileSync(manifest, 'utf8')) ?? {};
  } catch (error) {
    throw new Failure('FunctionLoadFailed', `cannot read ${manifest}: ${error.message}`, error);
  }
}

async function importModule(file) {
  try {
    return await import(pathToFileURL(file));
  } catch (error) {
    const { describeLoadError } = require('./load-error.js');
    throw new Failure('FunctionLoadFailed', `cannot load ${file}: ${describeLoadError(file, error)}`, error);
  }
}

function defaultExport(module) {
  const value = module.default;
  // Compiled to CommonJS, `export default` is one level further down.
  return value?.__esModule && 'default' in value ? value.default : value;
}

function pick(module, owner, name, strict, signature) {
  const named = exportNamed(module, owner, name);
  const found = shapeOf(named, owner?.[name] === named ? owner : undefined, signature);
  if (found || strict) return found;
  return shapeOf(owner, undefined, signature) ?? (module.fetch && shapeOf(module, undefined, signature));
}

function exportNamed(module, owner, name) {
  return name === 'default' ? owner : (module[name] ?? owner?.[name]);
}

function hooksOf(module, owner) {
  const found = {};
  for (const [hook, names] of Object.entries(HOOKS)) found[hook] = exported(module, owner, ...names);
  return found;
}

function upgradeOf(found, module, owner) {
  if (found.server) {
    if (found.server.listenerCount('upgrade') === 0) return undefined;
    return { fn: (req, socket, head) => found.server.emit('upgrade', req, socket, head), self: undefined };
  }
  return exported(module, owner, 'upgrade');
}

function exported(module, owner, ...names) {
  for (const name of names) {
    if (typeof module[name] === 'function') return { fn: module[name], self: undefined };
    if (typeof owner?.[name] === 'function') return { fn: owner[name], self: owner };
  }
  return undefined;
}

module.exports = { loadFunction };
