// Nothing here may pass: the compiler complains of each of these comments that has no error to expect.
import type { Context, EventHandler, FetchHandler, Hook, HttpHandler, HttpResult, UpgradeHandler } from 'polyfn';

// @ts-expect-error an event is bytes
export const text: EventHandler = (event: string) => event;
// @ts-expect-error bytes are not parsed yet
export const parsed: EventHandler = (event) => event.name;
// @ts-expect-error a symbol cannot be sent
export const symbol: EventHandler = () => Symbol('x');
// @ts-expect-error nor can a bigint, now or later
export const bigint: EventHandler = async () => 1n;
// @ts-expect-error nor by the callback
export const numbers: EventHandler = (_event, _context, done) => done(null, 1n);
// @ts-expect-error there are three parameters
export const four: EventHandler = (_event, _context, _done, _more) => 1;
// @ts-expect-error the context is spelled otherwise
export const spelling: EventHandler = (_event, context) => context.requestID;
// @ts-expect-error the context cannot be changed
export const change = (context: Context) => (context.requestId = 'mine');
// @ts-expect-error not every invocation has a deadline
export const deadline = (context: Context): number => context.deadline;
// @ts-expect-error nor does every function say how much memory it has
export const memory = (context: Context): number => context.function.memory;
// @ts-expect-error the response has no such method
export const listener: HttpHandler = (_req, res) => res.sendStatus(200);
// @ts-expect-error fetch answers with a Response
export const web: FetchHandler = { fetch: () => 'text' };
// @ts-expect-error a web handler has fetch
export const other: FetchHandler = { get: () => new Response() };
// @ts-expect-error a hook gets no event
export const hook: Hook = (event: Buffer) => event.length;
// @ts-expect-error a handshake has a socket, no response
export const upgrade: UpgradeHandler = (_req, res) => res.statusCode;
// @ts-expect-error a status is a number
export const result: HttpResult = { statusCode: '200' };
