// As clients that pool processes do: POOL children poll, each for itself. RESPAWN=1 starts another one for each that exits.
const { fork } = require('node:child_process');

const children = new Set();
function start() {
  const child = fork(require.resolve('./poller.js'));
  children.add(child);
  child.on('exit', (code) => {
    console.log(`child exited: ${code}`);
    children.delete(child);
    if (process.env.RESPAWN) start();
  });
}
for (let i = 0; i < Number(process.env.POOL); i++) start();
process.on('SIGTERM', () => {
  children.forEach((child) => child.kill('SIGKILL'));
  process.exit(0);
});
