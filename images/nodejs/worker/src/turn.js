'use strict';

/** A write to a pipe is not mixed with what other processes write to it if it is no longer (POSIX: PIPE_BUF). */
const MOST_AT_ONCE = 4096;

let lines = '';
let steps = [];
let isDue = false;

/**
 * A line for standard output, in one write with the others of this turn of the event loop: a write for each takes most of the
 * throughput where an engine reads the log.
 *
 * @param {string} text with its line feed
 */
function line(text) {
  if (lines.length + text.length > MOST_AT_ONCE) writeLines();
  lines += text;
  if (isDue) return;
  isDue = true;
  setImmediate(endTurn);
}

/** Writes the lines so far, for what cannot wait. */
function writeLines() {
  const text = lines;
  lines = '';
  if (text) process.stdout.write(text);
}

/** Calls `step(subject, value)` when the lines so far have been written: at once if there are none. */
function afterLines(step, subject, value) {
  if (isDue) steps.push(step, subject, value);
  else step(subject, value);
}

function endTurn() {
  writeLines();
  isDue = false;
  const due = steps;
  steps = [];
  for (let i = 0; i < due.length; i += 3) due[i](due[i + 1], due[i + 2]);
}

module.exports = { afterLines, line, writeLines };
