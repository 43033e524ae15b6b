let ready = false;
exports.initializer = (context, callback) => {
  ready = true;
  callback();
};
exports.handler = () => String(ready);
