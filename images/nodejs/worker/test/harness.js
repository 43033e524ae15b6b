import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadFunction } from '../src/loader.js';
import { Failure } from '../src/errors.js';
import { readOptions } from '../src/options.js';
import { Worker } from '../src/server.js';

const MAIN = fileURLToPath(new URL('../src/main.js', import.meta.url));

/** The folder with the fixtures. */
export const HANDLERS = fileURLToPath(new URL('./handlers', import.meta.url));

/** A temporary folder that goes with the test. */
export function temporaryFolder(t) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'polyfn-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * A worker in this process, behind no core but on a socket as if there was one.
 *
 * @param {import('node:test').TestContext} t
 * @param {string} handler `<fixture>.<export>`
 * @param {Record<string, string>} [env]
 */
export async function startInside(t, handler, env = {}) {
  const socketPath = path.join(temporaryFolder(t), 'worker.sock');
  const given = { FC_FUNC_CODE_PATH: HANDLERS, POLYFN_SOCKET: socketPath, FC_FUNCTION_HANDLER: handler, ...env };
  const options = readOptions(given);
  const loaded = await loadFunction(options).catch((error) => {
    if (error instanceof Failure) return error;
    throw error;
  });
  const worker = new Worker(options, given, loaded);
  await worker.listen();
  t.after(() => {
    worker.server.close();
    worker.server.closeAllConnections();
  });
  return { worker, socketPath };
}

/**
 * A worker as a process of its own; in direct mode on a free port unless `env` names a socket.
 *
 * @param {import('node:test').TestContext} t
 * @param {Record<string, string>} env
 * @param {number} [log] file that takes stdout instead of the pipe
 */
export function startProcess(t, env, log) {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, PORT: '0', FC_FUNC_CODE_PATH: HANDLERS, ...env },
    stdio: ['pipe', log ?? 'pipe', 'pipe'],
  });
  const out = { child, stdout: '', stderr: '', port: undefined };
  child.stdout?.setEncoding('utf8').on('data', (text) => (out.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (out.stderr += text));
  out.exited = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  out.until = (stream, pattern) => waitFor(child, stream, pattern, out);
  t.after(() => child.kill('SIGKILL'));
  return out;
}

/** As startProcess, and waits until it listens. */
export async function startDirect(t, env, log) {
  const started = startProcess(t, env, log);
  const [, port] = await started.until('stderr', /listening on (\d+)\n/);
  started.port = Number(port);
  return started;
}

function waitFor(child, stream, pattern, out) {
  return new Promise((resolve, reject) => {
    const check = () => {
      const match = pattern.exec(out[stream]);
      if (match) resolve(match);
    };
    child[stream].on('data', check);
    child.once('close', () => reject(new Error(`exited without ${pattern} on ${stream}: ${out.stdout}${out.stderr}`)));
    check();
  });
}

/**
 * One request, its whole response.
 *
 * @param {{socketPath?: string, port?: number}} to
 * @param {http.RequestOptions & {body?: string | Uint8Array}} [options]
 */
export async function send(to, { body, ...options } = {}) {
  const res = await open(to, options, body);
  const chunks = [];
  for await (const chunk of res) chunks.push(chunk);
  // An early response may overtake the end of the request, whose socket must not be closed under it then.
  if (!res.req.writableFinished && !res.req.destroyed) await once(res.req, 'finish');
  const bytes = Buffer.concat(chunks);
  return { status: res.statusCode, headers: res.headers, rawHeaders: res.rawHeaders, bytes, text: bytes.toString(), json: () => JSON.parse(bytes) };
}

/** One request, its response as soon as the head is there. @returns {Promise<http.IncomingMessage>} */
export function open(to, options, body) {
  return new Promise((resolve, reject) => {
    const where = to.socketPath ? { socketPath: to.socketPath } : { host: '127.0.0.1', port: to.port };
    const req = http.request({ ...where, agent: to.agent, ...options }, resolve);
    req.on('error', reject);
    options.onRequest?.(req);
    if (body !== null) req.end(body);
  });
}

/** `POST /invoke` */
export function invoke(to, body = '', headers = {}) {
  return send(to, { method: 'POST', path: '/invoke', headers, body });
}
