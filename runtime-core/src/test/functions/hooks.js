// A function with hooks. FAIL_FIRST makes its first initialisation fail with that status; HOLD holds it until SIGUSR2.
// FAIL_ONE is a file that does not exist: the process that is the first to make it fails its initialisation, once.
// A request with x-id is answered with that instead of the pid, after a while.
// ENDLESS gives each hook a response without an end.
const http = require('node:http');
const fs = require('node:fs');

let initialized = false;
let release = () => {};
let held = new Promise((resolve) => (release = resolve));
process.on('SIGUSR2', () => release());
let failures = process.env.FAIL_FIRST ? 1 : 0;
const once = process.env.HOLD_ONCE; // a file that is there while an initialisation is to be held

function makes(file) {
  try {
    fs.closeSync(fs.openSync(file, 'wx'));
    return true;
  } catch {
    return false;
  }
}

http
  .createServer(async (req, res) => {
    const hook = `${req.method} ${req.url} ${req.headers['x-fc-request-id']}`;
    console.log(`called ${hook}`);
    if (req.url === '/initialize') {
      if (process.env.HOLD || (once && fs.existsSync(once))) await held;
      if (failures-- > 0) {
        res.statusCode = Number(process.env.FAIL_FIRST);
        return res.end('not yet');
      }
      if (process.env.FAIL_ONE && makes(process.env.FAIL_ONE)) {
        res.statusCode = 500;
        return res.end('not yet');
      }
      initialized = true;
    }
    if (process.env.ENDLESS && req.url !== '/state') {
      const more = () => {
        while (res.write('x'.repeat(100_000)));
      };
      res.on('drain', more).on('close', () => console.log('cut off'));
      return more();
    }
    if (req.url === '/exit') process.exit(1);
    const state = initialized ? 'initialized' : 'not initialized';
    if (req.headers['x-id']) setTimeout(() => res.end(`${req.headers['x-id']} ${state}`), 20 * Math.random());
    else res.end(`${process.pid} ${state}`);
  })
  .listen(require('./link').address);
