// Waits for a line on stdin, so that a test says when.
const line = () => new Promise((resolve) => process.stdin.once('data', resolve));

exports.slow = async () => {
  console.log('in the handler');
  await line();
  return 'finished';
};
exports.uncaught = async (event) => {
  if (event.length === 0) setImmediate(() => { throw new RangeError('nobody caught this'); });
  console.log('in the handler');
  await new Promise(() => {});
};
exports.unhandled = async () => {
  Promise.reject('plain reason');
  await new Promise(() => {});
};
exports.streams = async function* () {
  yield 'one';
  await new Promise(() => {});
};
exports.listens = async (req, res) => {
  console.log('in the handler');
  await line();
  res.end('finished');
};
exports.never = async () => {
  console.log('in the handler');
  await new Promise(() => {});
};
exports.streamsThenThrows = async function* () {
  yield 'one';
  await line();
  setImmediate(() => { throw new Error('late'); });
  await new Promise(() => {});
};
exports.fails = () => {
  throw new Error('on purpose');
};
exports.prints = (event, { logger }) => logger.info('from the function');
exports.preStop = () => console.log('preStop ran');
