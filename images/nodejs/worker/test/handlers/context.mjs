import { EventEmitter } from 'node:events';
import { inspect } from 'node:util';

/** Hands the context to the test. */
export const events = new EventEmitter();

export const handler = (event, context) => ({
  ...JSON.parse(JSON.stringify(context)),
  keys: Object.keys(context),
  credentials: { ...context.credentials },
  json: JSON.stringify(context),
  printed: inspect(context, { depth: 9 }),
  remaining: context.remainingTime(),
  lambda: context.getRemainingTimeInMillis(),
});

export const log = (event, { logger }) => {
  for (const level of ['debug', 'info', 'log', 'warn', 'error']) logger[level]('%s-%d', level, 1);
};

/** Responds when the test says so; the request's body has been read by then. */
export const waits = async (event, context) => {
  const go = new Promise((resolve) => events.once('go', resolve));
  events.emit('context', context);
  await go;
  return String(context.signal.aborted);
};

export const untilAborted = (event, context, callback) => {
  events.emit('context', context);
  context.signal.addEventListener('abort', () => events.emit('aborted', context.signal.reason.name));
};
