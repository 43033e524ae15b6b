// Everything here must pass.
import { Readable } from 'node:stream';
import type { Context, EventHandler, FetchHandler, Hook, HttpEvent, HttpHandler, HttpResult, UpgradeHandler } from 'polyfn';

export const text: EventHandler = (event) => event.toString('utf8');
export const bytes: EventHandler = (event) => event.subarray(1);
export const json: EventHandler = async (event, context) => ({ length: event.length, id: context.requestId });
class Point {
  constructor(readonly x: number) {}
}
export const instance: EventHandler = () => new Point(1);
export const list: EventHandler = (): readonly Point[] => [new Point(1)];
export const nothing: EventHandler = () => {};
export const nothingLater: EventHandler = async () => {};
export const stream: EventHandler = () => Readable.from(['a', 'b']);
export const webStream: EventHandler = () => new ReadableStream<string>();
export const callback: EventHandler = (event, _context, done) => {
  if (event.length === 0) done(new Error('nothing'));
  done(null, { length: event.length });
};
export const generator: EventHandler = async function* () {
  yield 'a';
  yield Buffer.from('b');
};
export async function plain(event: Buffer, { remainingTime, signal, deadline, logger }: Context): Promise<HttpResult> {
  const request: HttpEvent = JSON.parse(event.toString());
  signal.throwIfAborted();
  logger.info('%s %d', request.requestContext.http.method, remainingTime() - (deadline ?? 0));
  return { statusCode: 201, headers: { 'set-cookie': ['a=1', 'b=2'] }, body: request.body };
}
export const asEventHandler: EventHandler = plain;

export const listener: HttpHandler = (req, res, context) => {
  res.setHeader('x-client', req.clientIP);
  res.setStatusCode(context.retryCount > 0 ? 202 : 200);
  res.send({ path: req.path, queries: req.queries, memory: context.function.memory ?? 0 });
};

export const web: FetchHandler = {
  async fetch(request, context) {
    return Response.json({ url: request.url, key: context.credentials.accessKeyId, sent: await request.text() });
  },
};

export const initialize: Hook = async (context) => context.logger.warn(context.service.versionId);
export const preStop: Hook = (_context, done) => done();
export const upgrade: UpgradeHandler = (_req, socket, head) => void socket.end(head);
