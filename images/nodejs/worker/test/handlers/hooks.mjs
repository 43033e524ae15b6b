let initializations = 0;
let failures = 1;

export const handler = () => String(initializations);

/** Fails the first time it is called. */
export async function initialize(context) {
  if (!context.requestId) throw new Error('no context');
  await new Promise(setImmediate);
  if (failures-- > 0) throw new Error('not yet');
  initializations++;
}

export function preFreeze(context, callback) {
  setImmediate(() => callback(new Error('cannot freeze')));
}

export function preStop() {
  console.log('preStop ran');
}
