// Neither the handler nor the hook ever settles.
exports.handler = async () => {
  console.log('in the handler');
  await new Promise(() => {});
};
exports.preStop = async () => {
  console.log('preStop began');
  await new Promise(() => {});
};
