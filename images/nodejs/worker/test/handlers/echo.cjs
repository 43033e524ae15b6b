exports.handler = (event) => event;
exports.text = async (event) => event.toString();
exports.kind = (event) => `${Buffer.isBuffer(event)} ${event.length}`;
