// Holds every request until SIGUSR2 opens the gate; /quick is answered at once. DRAIN_TERM=1: SIGTERM
// closes the port, and what is there is finished. Hooks are requests like any other.
const http = require('node:http');

let open = false;
const held = [];
process.on('SIGUSR2', () => {
  open = true;
  held.splice(0).forEach((answer) => answer());
});
if (process.env.IGNORE_TERM) process.on('SIGTERM', () => console.log('SIGTERM ignored'));

const server = http
  .createServer((req, res) => {
    console.log(`begun ${req.method} ${req.url}`);
    res.on('close', () => console.log(`${res.writableFinished ? 'answered' : 'aborted'} ${req.method} ${req.url}`));
    if (req.url.startsWith('/stream')) res.write('first,');
    const answer = () => res.end('last');
    if (open || req.url === '/quick' || req.url === '/pre-stop') answer();
    else held.push(answer);
  })
  .listen(require('./link').address);
if (process.env.DRAIN_TERM) {
  process.on('SIGTERM', () => {
    console.log('draining');
    server.close();
  });
}
