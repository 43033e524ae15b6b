import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { detectPlatform, PLATFORMS } from '../src/platform.js';
import { setting } from '../src/options.js';

const FC3 = { FC_INSTANCE_ID: 'c-1', FC_FUNCTION_NAME: 'f', FC_CUSTOM_LISTEN_PORT: '9000', FC_REGION: 'cn-hangzhou', FC_ACCOUNT_ID: '1' };
const FC2 = { ...FC3, FC_SERVICE_NAME: 's' };

describe('the platform is detected from the environment', () => {
  for (const [what, env, platform] of [
    ['nothing', {}, 'local'],
    ['the Runtime API', { AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001' }, 'lambda'],
    ['AWS_EXECUTION_ENV', { AWS_EXECUTION_ENV: 'AWS_Lambda_Image' }, 'lambda'],
    ['AWS_EXECUTION_ENV on ECS', { AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE' }, 'local'],
    ['SCF', { TENCENTCLOUD_RUNENV: 'SCF' }, 'scf'],
    ['FunctionGraph', { RUNTIME_PROJECT_ID: 'p' }, 'functiongraph'],
    ['FC 3', FC3, 'fc3'],
    ['FC 3 without an instance ID', { FC_FUNCTION_NAME: 'f', FC_CUSTOM_LISTEN_PORT: '9000' }, 'fc3'],
    ['FC 2', FC2, 'fc2'],
    ['an unset service name', { ...FC3, FC_SERVICE_NAME: 'undefined' }, 'fc3'],
    ['fun local', { ...FC2, local: 'true' }, 'local'],
    ['s local invoke', { ...FC3, FC_HANDLER: 'index.handler', FC_MEMORY_SIZE: '512' }, 'local'],
    ['s local start', { ...FC3, FC_TIMEOUT: '60' }, 'local'],
    ["a function's name on a developer's machine", { FC_FUNCTION_NAME: 'f' }, 'local'],
    ['Knative', { K_SERVICE: 's', KUBERNETES_SERVICE_HOST: '10.0.0.1' }, 'knative'],
    ['Kubernetes', { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, 'kubernetes'],
    ['FC on Kubernetes', { ...FC3, KUBERNETES_SERVICE_HOST: '10.0.0.1' }, 'fc3'],
  ]) {
    test(`${what}: ${platform}`, () => assert.equal(detectPlatform((name) => setting(env, name)), platform));
  }

  test('markers are for FC 2 and local tools', () => {
    assert.deepEqual(Object.keys(PLATFORMS).filter((name) => PLATFORMS[name].markers), ['fc2', 'local']);
  });
});
