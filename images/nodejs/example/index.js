exports.handler = (event) => `Hello, ${event.length ? event : 'World'}`;
