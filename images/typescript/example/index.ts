import type { EventHandler } from 'polyfn';

export const handler: EventHandler = (event) => `Hello, ${event.length ? event : 'World'}`;
