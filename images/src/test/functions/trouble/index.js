// Whatever can go wrong in a function, by name.
const { execFileSync } = require('node:child_process');

const troubles = {
  throw: () => {
    throw new TypeError('thrown on purpose');
  },
  'reject-with-null': () => Promise.reject(null),
  unhandled: () => {
    Promise.reject(new RangeError('rejected where nobody listens'));
    return new Promise(() => {});
  },
  'exit-0': () => process.exit(0),
  'exit-3': () => {
    console.error('last words');
    process.exit(3);
  },
  kill: () => process.kill(process.pid, 'SIGKILL'),
  hang: () => new Promise(() => {}),
  spin: () => {
    for (;;);
  },
  'long-line': () => {
    process.stdout.write('x'.repeat(1024 * 1024) + '\n');
    process.stderr.write('y'.repeat(1024 * 1024) + '\n');
    return 'printed';
  },
  pid: () => String(process.pid),
  'leave-a-daemon': () => {
    execFileSync('bash', ['-c', 'sleep 1000 </dev/null >/dev/null 2>&1 & disown']);
    return 'left';
  },
};

exports.handler = async (event) => troubles[event.toString()]();
