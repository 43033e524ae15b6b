import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { invoke, startDirect } from './harness.js';

test('the example says hello', async (t) => {
  const to = await startDirect(t, { FC_FUNC_CODE_PATH: fileURLToPath(new URL('../../example', import.meta.url)) });
  assert.equal((await invoke(to, 'Serverless')).text, 'Hello, Serverless');
  assert.equal((await invoke(to)).text, 'Hello, World');
});
