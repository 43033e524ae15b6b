exports.timeout = (event, context, callback) => setTimeout(() => callback(null, 'later'), 1);
exports.returned = (event, context, callback) => 'returned';
exports.twice = (event, context, callback) => {
  callback(null, 'first');
  callback(new Error('second'));
};
exports.callbackThenPromise = async (event, context, callback) => {
  callback(null, 'callback');
  return 'promise';
};
exports.restArguments = (...args) => void args[2](null, 'rest');
exports.error = (event, context, callback) => callback(new RangeError('out of it'));
exports.text = (event, context, callback) => callback('just text');
