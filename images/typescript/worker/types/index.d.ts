/**
 * Types of functions that run on polyfn, for `import type { EventHandler } from 'polyfn'`.
 * The README of the Node.js image describes each shape's arguments and results.
 */
/// <reference types="node" />
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex, Readable } from 'node:stream';

/** The result of an event handler: text, bytes, a stream, a Response, anything else as JSON, or nothing. */
export type EventResult =
  | string
  | number
  | boolean
  | null
  | undefined
  | void
  | ArrayBuffer
  | ArrayBufferView
  | Readable
  | ReadableStream<string | Uint8Array>
  | AsyncIterable<string | Uint8Array>
  | Response
  | Json;

/** An object or array; not a promise, which is an object too. */
export type Json = (object & NoPromise) | ({ readonly [name: string]: unknown } & NoPromise);
type NoPromise = { readonly then?: never };

/** Takes the result in place of a returned value; the first result counts. */
export type Callback = (error: unknown, value?: EventResult) => void;

/**
 * Gets the body of an event, or an HTTP request as the JSON of an {@link HttpEvent}. A handler that declares the callback
 * and returns nothing must call it.
 */
export type EventHandler = (event: Buffer, context: Context, callback: Callback) => EventResult | PromiseLike<EventResult>;

/** Gets HTTP requests, and events as `POST /invoke`. Its first parameter must be called `req` or `request`, the second not `context`. */
export type HttpHandler = (req: HttpRequest, res: HttpResponse, context: Context) => unknown;

/** A web-standard handler, to be exported as an object; a function `(request, context)` works too. */
export interface FetchHandler {
  fetch(request: Request, context: Context): Response | PromiseLike<Response>;
}

/** An export `upgrade` gets WebSocket handshakes. */
export type UpgradeHandler = (req: IncomingMessage, socket: Duplex, head: Buffer) => unknown;

/** Exports `initialize` (or `initializer`), `preFreeze` and `preStop`. */
export type Hook = (context: Context, callback: (error?: unknown) => void) => unknown;

/** The function, the request and the deadline, for a handler or hook. */
export interface Context {
  readonly requestId: string;
  /** The function role's temporary keys; '' where the platform gives none. Printed whole, they are redacted. */
  readonly credentials: Credentials;
  readonly function: FunctionInfo;
  readonly service: ServiceInfo;
  readonly region: string;
  readonly accountId: string;
  readonly tracing: Tracing;
  readonly retryCount: number;
  /** The end of the time that the invocation may take, in milliseconds since 1970. */
  readonly deadline: number | null;
  /** Fires at the deadline and when the client disconnects, and not before. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Milliseconds until the deadline, Infinity without one. */
  remainingTime(): number;
  /** The same under AWS Lambda's name. */
  getRemainingTimeInMillis(): number;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
}

export interface FunctionInfo {
  readonly name: string;
  readonly handler: string;
  /** Megabytes. */
  readonly memory: number | undefined;
  /** Seconds. */
  readonly timeout: number | undefined;
  readonly initializer: string;
  /** Seconds. */
  readonly initializationTimeout: number | undefined;
}

export interface ServiceInfo {
  readonly name: string;
  readonly logProject: string;
  readonly logStore: string;
  readonly qualifier: string;
  readonly versionId: string;
}

export interface Tracing {
  readonly openTracingSpanContext: string;
  readonly openTracingSpanBaggages: Readonly<Record<string, string>>;
  readonly jaegerEndpoint: string;
}

/** Writes lines with time, request id and level; the values are formatted as by `console.log`. */
export interface Logger {
  debug(...values: unknown[]): void;
  info(...values: unknown[]): void;
  log(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
}

/** Node.js's request with what FC's older `(req, resp, context)` functions expect on it. */
export interface HttpRequest extends IncomingMessage {
  path: string;
  queries: Record<string, string | string[]>;
  clientIP: string;
}

/** Node.js's response with what FC's older functions call on it. */
export interface HttpResponse extends ServerResponse {
  setStatusCode(status: number): void;
  deleteHeader(name: string): void;
  send(body?: string | Uint8Array | Readable | Json | null): unknown;
}

/** The JSON that an event handler gets for an HTTP request. */
export interface HttpEvent {
  version: 'v1';
  rawPath: string;
  body: string;
  isBase64Encoded: boolean;
  headers: Record<string, string>;
  queryParameters: Record<string, string>;
  requestContext: {
    accountId: string;
    domainName: string;
    domainPrefix: string;
    http: { method: string; path: string; protocol: string; sourceIp: string; userAgent: string };
    requestId: string;
    time: string;
    timeEpoch: string;
  };
}

/** The result of an event handler for an HTTP request. */
export interface HttpResult {
  statusCode: number;
  headers?: Record<string, string | string[]>;
  body?: EventResult;
  isBase64Encoded?: boolean;
}
