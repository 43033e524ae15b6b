'use strict';

/**
 * The name that a misspelt one most likely stands for.
 *
 * @param {string} name
 * @param {Iterable<string>} names
 * @returns {string | undefined} undefined when none is near
 */
function nearest(name, names) {
  let best;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const each of names) {
    const distance = editDistance(name.toLowerCase(), each.toLowerCase());
    if (distance < least) [best, least] = [each, distance];
  }
  return best;
}

/** Levenshtein's: how many letters must be inserted, removed or replaced. */
function editDistance(from, to) {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = previous[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, previous[j] + 1, row[j - 1] + 1);
    }
    previous = row;
  }
  return previous[to.length];
}

module.exports = { nearest };
