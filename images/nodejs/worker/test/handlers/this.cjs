const built = { handler() { return this.greeting; }, greeting: 'this works' };
module.exports = Object.assign({}, built);
