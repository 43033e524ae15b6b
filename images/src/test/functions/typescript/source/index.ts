import type { Context, EventHandler } from 'polyfn';
import { greeting } from './greeting.ts';

export const handler: EventHandler = (event: Buffer, context: Context): string => {
  if (event.toString() === 'throw') {
    throw new TypeError('thrown on purpose');
  }
  return `${greeting satisfies string}, ${event}${context.requestId ? '' : ', by nobody'}`;
};
