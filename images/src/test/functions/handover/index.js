const seen = new Set();
let doubled = 0;
let initializations = 0;

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

exports.initialize = async () => {
  await pause(50);
  initializations++;
};

exports.handler = async (event) => {
  const [what, value] = event.toString().split(' ');
  if (what === 'counts') return [seen.size, doubled, initializations, process.pid].join(' ');
  if (what === 'crash') process.exit(3);
  if (what === 'stream') return stream(Number(value));
  if (seen.has(value)) doubled++;
  seen.add(value);
  if (what === 'slow') await pause(300);
  return value;
};

async function* stream(pieces) {
  for (let i = 0; i < pieces; i++) {
    yield `${i}\n`;
    await pause(50);
  }
}

/** A WebSocket that sends back what it gets, as bytes: the test needs no frames. */
exports.upgrade = (req, socket) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
  socket.pipe(socket);
};
