// Listens on the ports of LISTEN_ON (host:port, in their order) and tells which one was called. A port may be "told"; after it has opened one,
// it waits for PAUSE milliseconds.
const http = require('node:http');

const places = process.env.LISTEN_ON.split(',');
(async () => {
  for (const place of places) {
    const at = place.lastIndexOf(':');
    const port = place.slice(at + 1) === 'told' ? process.env.PORT : place.slice(at + 1);
    const server = http.createServer((req, res) => res.end(place));
    await new Promise((done) => server.listen(Number(port), place.slice(0, at), done));
    await new Promise((done) => setTimeout(done, Number(process.env.PAUSE ?? 0)));
  }
})();
