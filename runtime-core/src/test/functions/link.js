// Where a test's worker listens: on the Unix socket it was offered or, with LINK=port, on the TCP port it was given.
exports.address =
  process.env.LINK === 'port'
    ? { host: '127.0.0.1', port: Number(process.env.FC_SERVER_PORT) }
    : { path: process.env.POLYFN_SOCKET };
