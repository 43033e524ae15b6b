import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { afterLines, line, writeLines } from '../src/turn.js';

const nextTurn = () => new Promise(setImmediate);

describe('the lines of a turn', () => {
  const happened = [];
  const { write } = process.stdout;

  beforeEach(() => {
    happened.length = 0;
    process.stdout.write = (text, ...rest) => (String(text).startsWith('FC') ? happened.push(text) : write.call(process.stdout, text, ...rest));
  });

  afterEach(() => {
    process.stdout.write = write;
  });

  const send = (what, value) => happened.push(value ? `${what} ${value}` : what);

  it('are one write, and come before what follows them', async () => {
    line('FC a\n');
    afterLines(send, 'a');
    line('FC b\n');
    afterLines(send, 'b', 1);
    assert.deepEqual(happened, []);
    await nextTurn();
    assert.deepEqual(happened, ['FC a\nFC b\n', 'a', 'b 1']);
  });

  it('delay nothing where there are none', () => {
    afterLines(send, 'at once');
    assert.deepEqual(happened, ['at once']);
  });

  it('of a step that follows lines are those of the next turn', async () => {
    const respond = () => {
      line('FC end\n');
      afterLines(send, 'response');
    };
    line('FC start\n');
    afterLines(respond);
    await nextTurn();
    assert.deepEqual(happened, ['FC start\n']);
    await nextTurn();
    assert.deepEqual(happened, ['FC start\n', 'FC end\n', 'response']);
  });

  it('are not more than what a pipe keeps together', async () => {
    const long = `FC ${'x'.repeat(2000)}\n`;
    for (let i = 0; i < 3; i++) line(long);
    await nextTurn();
    assert.deepEqual(happened, [long + long, long]);
  });

  it('can be written before its end', async () => {
    line('FC a\n');
    writeLines();
    assert.deepEqual(happened, ['FC a\n']);
    await nextTurn();
    assert.deepEqual(happened, ['FC a\n']);
  });
});
