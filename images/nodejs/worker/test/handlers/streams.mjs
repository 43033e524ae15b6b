import { EventEmitter } from 'node:events';

/** What the test and the handler tell each other. */
export const events = new EventEmitter();

export async function* stepwise() {
  yield 'one';
  await new Promise((resolve) => events.once('go', resolve));
  yield 'two';
}

export async function* failsBefore() {
  throw new Error('no first piece');
}

export async function* failsMidway() {
  yield 'one';
  throw new Error('midway');
}

export async function* endless(event, context) {
  events.emit('started', context);
  try {
    for (;;) {
      yield Buffer.alloc(64 * 1024);
      events.emit('pulled');
    }
  } finally {
    events.emit('stopped');
  }
}
