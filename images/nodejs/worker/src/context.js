'use strict';

const { inspect } = require('node:util');
const { Logger } = require('./logger.js');
const { setting } = require('./options.js');

/** The function role's temporary keys: readable as properties, redacted wherever they are printed whole. */
class Credentials {
  constructor(accessKeyId, accessKeySecret, securityToken) {
    this.accessKeyId = accessKeyId;
    this.accessKeySecret = accessKeySecret;
    this.securityToken = securityToken;
  }

  toJSON() {
    return '[redacted]';
  }

  [inspect.custom]() {
    return '[redacted]';
  }
}

/**
 * The function's properties as the environment has them, read once; a request's headers take precedence.
 *
 * @param {Record<string, string | undefined>} env
 */
function contextDefaults(env) {
  return {
    accessKeyId: setting(env, 'ALIBABA_CLOUD_ACCESS_KEY_ID', 'FC_ACCESS_KEY_ID') ?? '',
    accessKeySecret: setting(env, 'ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'FC_ACCESS_KEY_SECRET') ?? '',
    securityToken: setting(env, 'ALIBABA_CLOUD_SECURITY_TOKEN', 'FC_SECURITY_TOKEN') ?? '',
    name: setting(env, 'FC_FUNCTION_NAME') ?? '',
    handler: setting(env, 'FC_FUNCTION_HANDLER', 'FC_HANDLER') ?? '',
    memory: setting(env, 'FC_FUNCTION_MEMORY_SIZE', 'FC_MEMORY_SIZE'),
    timeout: setting(env, 'FC_TIMEOUT'),
    initializer: setting(env, 'FC_INITIALIZER', 'FC_INITIALIZER_HANDLER') ?? '',
    initializationTimeout: setting(env, 'FC_INITIALIZATION_TIMEOUT'),
    region: setting(env, 'FC_REGION') ?? '',
    accountId: setting(env, 'FC_ACCOUNT_ID') ?? '',
    serviceName: setting(env, 'FC_SERVICE_NAME') ?? '',
    logProject: setting(env, 'FC_SERVICE_LOG_PROJECT') ?? '',
    logStore: setting(env, 'FC_SERVICE_LOG_STORE') ?? '',
    qualifier: setting(env, 'FC_QUALIFIER') ?? '',
    versionId: setting(env, 'FC_VER_ID', 'FC_FUNCTION_VERSION') ?? '',
  };
}

const SAFE_ID = /^[\w.:/+=-]{1,128}$/;

/** Fires a context's signal; a function of its own, so that a handler cannot fire it. @type {Function} */
let fireSignal;

/**
 * The handler's context: the shape of FC's Node.js runtime, plus the deadline and a signal.
 * Empty headers are absent ones (contract section 3).
 */
class Context {
  #controller;
  #reason;

  static {
    fireSignal = (context, reason) => {
      context.#reason ??= reason;
      context.#controller?.abort(context.#reason);
    };
  }

  /**
   * @param {import('node:http').IncomingHttpHeaders} headers
   * @param {ReturnType<typeof contextDefaults>} defaults
   * @param {number | null} deadline epoch milliseconds
   */
  constructor(headers, defaults, deadline) {
    this.requestId = requestIdOf(headers);
    this.credentials = credentialsOf(headers, defaults);
    this.function = functionOf(headers, defaults);
    this.service = serviceOf(headers, defaults);
    this.region = headers['x-fc-region'] || defaults.region;
    this.accountId = headers['x-fc-account-id'] || defaults.accountId;
    this.tracing = tracingOf(headers);
    this.retryCount = number(headers['x-fc-retry-count']) ?? 0;
    this.deadline = deadline;
    this.logger = new Logger(this.requestId);
  }

  /** Aborted at the deadline, or when the client disconnects before the response is complete; never otherwise. */
  get signal() {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#reason) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Milliseconds until the deadline, Infinity when there is none. */
  remainingTime() {
    return this.deadline === null ? Infinity : Math.max(0, this.deadline - Date.now());
  }

  /** The same under AWS Lambda's name. */
  getRemainingTimeInMillis() {
    return this.remainingTime();
  }
}

/**
 * The platform's ID, or the caller's where there is none, or a new one: an ID stands in every line of the log, so a caller
 * must not choose just any text.
 */
function requestIdOf(headers) {
  for (const id of [headers['x-fc-request-id'], headers['x-request-id']]) if (id && SAFE_ID.test(id)) return id;
  return require('node:crypto').randomUUID(); // not needed behind the core, and takes milliseconds of a start
}

function number(text) {
  const value = text ? Number(text) : NaN;
  return Number.isFinite(value) ? value : undefined;
}

function credentialsOf(headers, defaults) {
  const id = headers['x-fc-access-key-id'] || defaults.accessKeyId;
  const secret = headers['x-fc-access-key-secret'] || defaults.accessKeySecret;
  // FC stopped sending the token's header to some runtimes; the environment's token fits only the environment's key.
  const token = headers['x-fc-security-token'] || (id === defaults.accessKeyId ? defaults.securityToken : '');
  return new Credentials(id, secret, token);
}

function functionOf(headers, defaults) {
  return {
    name: headers['x-fc-function-name'] || defaults.name,
    handler: headers['x-fc-function-handler'] || defaults.handler,
    memory: number(headers['x-fc-function-memory'] || defaults.memory),
    timeout: number(headers['x-fc-function-timeout'] || defaults.timeout),
    initializer: headers['x-fc-function-initializer'] || defaults.initializer,
    initializationTimeout: number(headers['x-fc-initialization-timeout'] || defaults.initializationTimeout),
  };
}

function serviceOf(headers, defaults) {
  return {
    name: headers['x-fc-service-name'] || defaults.serviceName,
    logProject: headers['x-fc-service-logproject'] || defaults.logProject,
    logStore: headers['x-fc-service-logstore'] || defaults.logStore,
    qualifier: headers['x-fc-qualifier'] || defaults.qualifier,
    versionId: headers['x-fc-version-id'] || defaults.versionId,
  };
}

function tracingOf(headers) {
  const baggages = headers['x-fc-tracing-opentracing-span-baggages'];
  return {
    openTracingSpanContext: headers['x-fc-tracing-opentracing-span-context'] || '',
    openTracingSpanBaggages: baggages ? decodeBaggages(baggages) : {},
    jaegerEndpoint: headers['x-fc-tracing-jaeger-endpoint'] || '',
  };
}

function decodeBaggages(text) {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString());
  } catch {
    return {}; // tracing is a courtesy: a broken header must not cost the invocation
  }
}

module.exports = { Credentials, contextDefaults, fireSignal, Context };
