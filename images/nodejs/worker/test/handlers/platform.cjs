/** An HTTP function that says what it got, and an event function that does. */
exports.listener = (req, res) => {
  const { headers, rawHeaders, headersDistinct } = req;
  req.resume().on('end', () => {
    const names = rawHeaders.filter((_, index) => index % 2 === 0);
    const views = [Object.keys(headers), Object.keys(headersDistinct), Object.keys(req.trailers), req.rawTrailers];
    res.end(JSON.stringify({ names, views, url: req.url }));
  });
};
exports.handler = (event, context) => {
  const { requestId, credentials, deadline } = context;
  return { requestId, key: credentials.accessKeyId, deadline, event: event.toString() };
};
exports.upgrade = (req, socket) => {
  socket.end(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n${req.rawHeaders.join()}`);
};
exports.initialize = () => console.log('initialize ran');
exports.preFreeze = () => console.log('preFreeze ran');
exports.preStop = () => console.log('preStop ran');
