// A function with hooks whose first process may come before the core: with POLYFN_HANDOVER_SOCKET it tells the core what it was initialized with.
const net = require('node:net');

require('./hooks.js');
const { POLYFN_HANDOVER_SOCKET: handover } = process.env;
if (handover) net.createServer((core) => core.end('x-fc-request-id: handed-over\n\n')).listen(handover);
