'use strict';

/**
 * Removes from the environment what the core sets for functions on the Runtime API. This worker is an HTTP server, and many
 * libraries take these variables for a sign that they run on AWS Lambda. Regions stay, since SDKs need one.
 *
 * @param {NodeJS.ProcessEnv} env changed in place
 */
function removeRuntimeApi(env) {
  if (!env.AWS_LAMBDA_RUNTIME_API) return;
  for (const name of Object.keys(env)) {
    if (name.startsWith('AWS_LAMBDA_') || name === 'LAMBDA_TASK_ROOT' || name === '_HANDLER' || name === 'FC_RUNTIME_API') delete env[name];
  }
}

module.exports = { removeRuntimeApi };
