// Listens on the ports of LISTEN_ON (host:port, in their order) and tells which one was called.
const http = require('node:http');

const places = process.env.LISTEN_ON.split(',');
(async () => {
  for (const place of places) {
    const at = place.lastIndexOf(':');
    const server = http.createServer((req, res) => res.end(place));
    await new Promise((done) => server.listen(Number(place.slice(at + 1)), place.slice(0, at), done));
  }
})();
