'use strict';

/**
 * The messages of HandlerNotFound. They describe what is there instead, because the cause is mostly a small slip: a name,
 * an extension, a file mode.
 */
const { accessSync, constants, existsSync, readFileSync, readdirSync, statSync } = require('node:fs');
const path = require('node:path');
const { nearest } = require('./nearest.js');
const { shapeOf } = require('./shapes.js');
const { runsNoTypescript } = require('./typescript.js');

const MODULE = /\.(?:[cm]?[jt]s|[jt]sx)$/;
const MOST_NAMES = 10;
const USUAL = ['app', 'server', 'main', 'handler', 'function', 'src/index', 'dist/index', 'lib/index', 'build/index'];
const BOOTSTRAP = "start it from an executable file bootstrap with the lines '#!/bin/sh' and";

/**
 * Why there is no file for a handler.
 *
 * @param {string} folder the function's folder
 * @param {string} file as the handler names it, without extension
 * @param {string[]} extensions those that were tried
 * @param {string} [handler] the value of POLYFN_HANDLER
 * @returns {string}
 */
function missingFile(folder, file, extensions, handler) {
  const place = path.dirname(path.resolve(folder, file));
  const tried = `no ${extensions.map((each) => path.basename(file) + each).join(', ')} in ${place}`;
  const names = namesIn(place);
  if (typeof names === 'string') return `${tried}; ${names}`;
  const hint = sameName(path.resolve(folder, file), extensions, handler);
  if (handler) return [`POLYFN_HANDLER=${handler}: ${tried}`, hint ?? otherFile(folder, file, handler, names)].join('; ');
  const head = `${tried}, and no package.json with a main`;
  return [head, brokenBootstrap(folder), hint, ...(hint ? [] : otherWays(folder, names))].filter(Boolean).join('; ');
}

/** The names in a folder, or why it cannot be listed. @returns {string[] | string} */
function namesIn(folder) {
  try {
    return readdirSync(folder).sort();
  } catch ({ code }) {
    if (code === 'EACCES') return `${folder} cannot be read by user ${process.getuid()}: RUN chmod a+rX ${folder}`;
    return code === 'ENOENT' ? `the folder ${folder} does not exist` : `cannot read ${folder}: ${code}`;
  }
}

/** A file with the wanted name, but of a kind that cannot be loaded. */
function sameName(file, extensions, handler) {
  if (isFile(file) && MODULE.test(file)) return `leave out the extension: ${handler.replace(path.extname(file), '')}`;
  const other = ['.ts', '.mts', '.cts', '.tsx', '.jsx'].map((each) => file + each).find((each) => isFile(each));
  if (!other || extensions.includes(path.extname(other))) return undefined;
  return other.endsWith('x') ? `${other} is JSX, which Node.js does not run: build it to JavaScript` : runsNoTypescript(other);
}

function otherFile(folder, file, handler, names) {
  const name = handler.slice(file.length + 1);
  const slashed = file.replaceAll('.', '/');
  if (slashed !== file && moduleAt(folder, slashed)) return meant(slashed, name);
  const near = nearest(path.basename(file), names.filter((each) => MODULE.test(each)).map(withoutExtension));
  return near ? meant(path.join(path.dirname(file), near), name) : holds(names);
}

function otherWays(folder, names) {
  const start = startScript(folder);
  if (start) return [`package.json has a start script: to run that server, ${BOOTSTRAP} 'exec ${start}'`];
  if (names.length === 0) return [`${folder} is empty: COPY the function into it`];
  const modules = names.filter((each) => MODULE.test(each)).map(withoutExtension);
  const found = USUAL.find((each) => moduleAt(folder, each)) ?? modules[0];
  return [holds(names), `set POLYFN_HANDLER=file.export${found ? `, such as POLYFN_HANDLER=${found}.handler` : ''}`];
}

function brokenBootstrap(folder) {
  const file = path.join(folder, 'bootstrap');
  if (!isFile(file)) return undefined;
  try {
    accessSync(file, constants.X_OK);
    return undefined;
  } catch {
    return `${file} is not executable: RUN chmod +x ${file}`;
  }
}

function startScript(folder) {
  try {
    const { scripts } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    return typeof scripts?.start === 'string' ? scripts.start : undefined;
  } catch {
    return undefined; // no package.json, or an invalid one, which the loader has reported
  }
}

function moduleAt(folder, file) {
  return ['.js', '.mjs', '.cjs'].some((each) => existsSync(path.resolve(folder, file + each)));
}

function isFile(file) {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

function withoutExtension(name) {
  return name.replace(MODULE, '');
}

function holds(names) {
  return names.length === 0 ? 'the folder is empty' : `it holds: ${listed(names)}`;
}

function listed(names) {
  return names.length > MOST_NAMES ? `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more` : names.join(', ');
}

function meant(file, name) {
  return `did you mean POLYFN_HANDLER=${file}.${name}?`;
}

/**
 * Why a module that has been loaded has no handler.
 *
 * @param {{file: string, name: string, strict: boolean}} looked what was looked for
 * @param {unknown} value the export of that name
 * @param {Record<string, unknown>} module
 * @param {any} owner its default export
 * @param {ReturnType<import('./options.js').readOptions>} options
 * @returns {string}
 */
function missingExport({ file, name, strict }, value, module, owner, options) {
  const prefix = strict ? `POLYFN_HANDLER=${options.handler}: ` : '';
  const what = value === undefined ? `${file} has no export '${name}'` : `export '${name}' of ${file} is ${described(value)}`;
  const fallback = strict ? '' : ', and no default export that is a function, an app or an object with fetch';
  const as = options.signature ? ` (POLYFN_SIGNATURE=${options.signature})` : '';
  const exports = exportsOf(module, owner);
  const names = [...exports].map(([each, of]) => (typeof of === 'function' ? each : `${each} (${typeof of})`));
  const hint = exportHint(file, name, exports, options);
  return `${prefix}${what}${fallback}${as}; it exports: ${listed(names) || 'nothing'}${hint ? `; ${hint}` : ''}`;
}

function described(value) {
  if (typeof value?.then === 'function') return 'a Promise: use a top-level await and export what it resolves to';
  return `of type ${typeof value}`;
}

/** Names and values, those on the default export included. */
function exportsOf(module, owner) {
  const found = new Map(Object.entries(module).filter(([name]) => name !== 'module.exports' && name !== 'default' && name !== '__esModule'));
  const isObject = typeof owner === 'object' && owner !== null;
  for (const name of isObject ? Object.keys(owner) : []) if (!found.has(name)) found.set(name, owner[name]);
  if ('default' in module && !isObject) found.set('default', owner);
  return found;
}

function exportHint(file, name, exports, options) {
  const callable = [...exports].filter(([, value]) => shapeOf(value, undefined, options.signature)).map(([each]) => each);
  const near = nearest(name, callable) ?? (callable.length === 1 ? callable[0] : undefined);
  const relative = withoutExtension(path.relative(options.codePath, file));
  if (near) return meant(relative, near);
  if (callable.length === 0 && listens(file)) {
    return `it calls listen itself: export the app instead, as in module.exports = app, or ${BOOTSTRAP} 'exec node ${path.basename(file)}'`;
  }
  if (exports.size === 0) return `add exports.${name} = (event, context) => ... or export the app`;
  return undefined;
}

/** Whether the module has opened a server, or has the looks of one that will. */
function listens(file) {
  if (process.getActiveResourcesInfo().some((each) => each === 'TCPServerWrap' || each === 'PipeServerWrap')) return true;
  return /\.listen\s*\(/.test(readFileSync(file, 'utf8'));
}

module.exports = { missingFile, missingExport };
