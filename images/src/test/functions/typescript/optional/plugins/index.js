// As NestJS loads its transports: only if they are installed, and not where a bundler can see that it may fail.
const ifInstalled = async (load) => {
  try {
    return await load();
  } catch ({ code }) {
    return code;
  }
};

exports.codes = () => Promise.all([
  ifInstalled(() => require('@polyfn/not-installed')),
  ifInstalled(() => import('@polyfn/not-installed-either')),
]);
