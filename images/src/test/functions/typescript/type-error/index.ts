import type { EventHandler } from 'polyfn';

export const handler: EventHandler = (event) => {
  const length: string = event.length;
  return length;
};
