// Counts what the platform's hooks did; the answer to an event says it.
const seen = [];

exports.initialize = async (context) => {
  seen.push(`initialize ${context.requestId}`);
};
exports.preFreeze = (context, callback) => {
  seen.push('preFreeze');
  callback(null);
};
exports.preStop = async () => {
  console.log('the function says goodbye');
};
exports.handler = async (event) => {
  if (event.toString() === 'slow') await new Promise((resolve) => setTimeout(resolve, 1000));
  return seen;
};
