import assert from 'node:assert/strict';
import { test } from 'node:test';
import { removeRuntimeApi } from '../src/environment.js';

test('what is meant for the Runtime API is taken out', () => {
  const env = {
    AWS_LAMBDA_RUNTIME_API: '127.0.0.1:1',
    AWS_LAMBDA_FUNCTION_NAME: 'f',
    LAMBDA_TASK_ROOT: '/code',
    _HANDLER: 'bootstrap',
    FC_RUNTIME_API: '127.0.0.1:1',
    AWS_REGION: 'us-east-1',
    FC_FUNCTION_NAME: 'f',
    MINE: 'yes',
  };
  removeRuntimeApi(env);
  assert.deepEqual(env, { AWS_REGION: 'us-east-1', FC_FUNCTION_NAME: 'f', MINE: 'yes' });
});

test('where there is no Runtime API nothing is taken', () => {
  const env = { AWS_LAMBDA_FUNCTION_NAME: 'the user says so', _HANDLER: 'x' };
  removeRuntimeApi(env);
  assert.deepEqual(env, { AWS_LAMBDA_FUNCTION_NAME: 'the user says so', _HANDLER: 'x' });
});
