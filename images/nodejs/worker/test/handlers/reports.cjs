const fails = async () => {
  Promise.reject(new Error('nobody caught this'));
  await new Promise(() => {});
};

/** As error trackers do: they send the error somewhere, which takes a moment. */
exports.handler = () => {
  process.on('unhandledRejection', (error) => setTimeout(() => {
    console.log(`reported ${error.message}`);
    const reported = performance.now();
    process.on('exit', () => console.log(`exits ${Math.round(performance.now() - reported)} ms later`));
  }, 200));
  return fails();
};

exports.stuck = () => {
  process.on('unhandledRejection', () => setInterval(() => {}, 1000));
  return fails();
};
