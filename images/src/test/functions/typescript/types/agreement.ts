// What is declared and what the worker has are the same names; this fails to compile where they are not.
import type { Context as RealContext } from '/opt/polyfn/nodejs/src/context.js';
import type { FunctionResponse as RealResponse } from '/opt/polyfn/nodejs/src/listener.js';
import type { ServerResponse } from 'node:http';
import type { Context, HttpResponse } from 'polyfn';

// CommonJS exports classes as values, which are no types yet.
type Real = InstanceType<typeof RealContext>;
type FunctionResponse = InstanceType<typeof RealResponse>;
type Same<A, B> = [Exclude<A, B> | Exclude<B, A>] extends [never] ? true : { onlyHere: Exclude<A, B>; onlyThere: Exclude<B, A> };

export const context: Same<keyof Context, keyof Real> = true;
export const credentials: Same<keyof Context['credentials'], Exclude<keyof Real['credentials'], 'toJSON' | symbol>> = true;
export const aFunction: Same<keyof Context['function'], keyof Real['function']> = true;
export const service: Same<keyof Context['service'], keyof Real['service']> = true;
export const tracing: Same<keyof Context['tracing'], keyof Real['tracing']> = true;
export const logger: Same<keyof Context['logger'], keyof Real['logger']> = true;
export const response: Same<Exclude<keyof HttpResponse, keyof ServerResponse>, Exclude<keyof FunctionResponse, keyof ServerResponse>> = true;
