'use strict';

const { callFunction } = require('./event.js');

/** Runs the function's hooks. Without a hook the response is sent at once. */
class Hooks {
  #initialized;
  /** The headers of the request that initialized the function, a line each. @type {string[]} */
  #initializedWith = [];
  preStopped = false;

  /** @param {import('./invocation.js').Invocation} invocation */
  async run(invocation) {
    const { kind, worker, context, req } = invocation;
    req.resume();
    try {
      await this.call(kind.hook, worker.fn?.hooks[kind.hook], context);
      if (kind.hook === 'initialize') this.#initializedWith = lines(req.rawHeaders);
      if (!invocation.claim()) return;
      invocation.res.writeHead(200, ['content-length', 0, 'x-fc-status', '200']);
      invocation.end();
    } catch (error) {
      invocation.reject(error);
    }
  }

  /**
   * @param {'initialize' | 'preFreeze' | 'preStop'} name
   * @param {{fn: Function, self: unknown} | undefined} hook
   * @param {import('./context.js').Context} context
   */
  call(name, hook, context) {
    if (name === 'preStop') this.preStopped = true;
    if (!hook) return undefined;
    return name === 'initialize' ? this.#initializeOnce(hook, context) : callHook(hook, context);
  }

  /** What another worker in this one's place is to be initialized with; waits for an initializer that runs. */
  async initializedWith() {
    await this.#initialized?.catch(() => {});
    return this.#initializedWith;
  }

  /** Succeeds at most once, also with concurrent requests; after a failure the next request retries. */
  #initializeOnce(hook, context) {
    this.#initialized ??= callHook(hook, context).catch((error) => {
      this.#initialized = undefined;
      throw error;
    });
    return this.#initialized;
  }
}

function lines(rawHeaders) {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : []));
}

function callHook({ fn, self }, context) {
  return new Promise((resolve, reject) => {
    callFunction((callback) => fn.call(self, context, callback), fn.length >= 2, resolve, reject);
  });
}

module.exports = { Hooks };
