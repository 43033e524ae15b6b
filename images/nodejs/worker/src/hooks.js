'use strict';

const { callFunction } = require('./event.js');

/** Runs the function's hooks. Without a hook the response is sent at once. */
class Hooks {
  #initialized;
  preStopped = false;

  /** @param {import('./invocation.js').Invocation} invocation */
  async run(invocation) {
    const { kind, worker, context, req } = invocation;
    req.resume();
    try {
      await this.call(kind.hook, worker.fn?.hooks[kind.hook], context);
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

  /** Succeeds at most once, also with concurrent requests; after a failure the next request retries. */
  #initializeOnce(hook, context) {
    this.#initialized ??= callHook(hook, context).catch((error) => {
      this.#initialized = undefined;
      throw error;
    });
    return this.#initialized;
  }
}

function callHook({ fn, self }, context) {
  return new Promise((resolve, reject) => {
    callFunction((callback) => fn.call(self, context, callback), fn.length >= 2, resolve, reject);
  });
}

module.exports = { Hooks };
