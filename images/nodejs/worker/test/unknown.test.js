import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { SETTINGS, ignoredSettings } from '../src/unknown.js';
import { startDirect } from './harness.js';

describe('settings that would be ignored in silence', () => {
  for (const [env, lines] of [
    [{ POLYFN_TIMOUT: '5s' }, ['POLYFN_TIMOUT is not a setting: did you mean POLYFN_TIMEOUT?']],
    [{ POLYFN_SOMETHING_ELSE: '1' }, ['POLYFN_SOMETHING_ELSE is not a setting and is ignored']],
    [{ POLYFN_WORKERS: '2' }, ['POLYFN_WORKERS=2 has no effect with POLYFN_CORE=off']],
    [{ POLYFN_WORKERS: '1' }, []],
    [{ POLYFN_CONCURRENCY: '4' }, ['POLYFN_CONCURRENCY=4 has no effect with POLYFN_CORE=off']],
    [{ POLYFN_CONCURRENCY: '0', POLYFN_CLOUDEVENTS: 'off', POLYFN_CORE: 'off', POLYFN_SERVICE_HOST: '10.0.0.1', POLYFN_A_PORT_80_TCP: 'tcp://10.0.0.1:80', POLYFN_HANDLER: 'a.b', PATH: '/bin' }, []],
  ]) {
    test(JSON.stringify(env), () => assert.deepEqual(ignoredSettings(env), lines));
  }

  test('are reported at start', async (t) => {
    const to = await startDirect(t, { FC_HANDLER: 'echo.handler', POLYFN_TIMOUT: '5s' });
    assert.match(to.stderr, /^polyfn worker: POLYFN_TIMOUT is not a setting: did you mean POLYFN_TIMEOUT\?\n/);
  });

  test('are those that the documents do not have', () => {
    const document = ['docs/configuration.md', 'README.md'].map((each) => new URL(`../../../../${each}`, import.meta.url)).find((each) => existsSync(each));
    const rows = [...readFileSync(document, 'utf8').matchAll(/^\| `(POLYFN_\w+)` \| `?[^|]*`? \| [^|]+ \|$/gm)].map(([, name]) => name);
    assert.ok(rows.length > 10, 'the table is found');
    for (const name of rows) assert.ok(SETTINGS.includes(name), name);
  });
});
