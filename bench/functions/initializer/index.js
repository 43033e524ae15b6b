// As much as a function prepares: a table of 100,000 entries.
let table;

exports.initialize = () => {
  table = new Map(Array.from({ length: 100_000 }, (_, i) => [i, `${i}`]));
};

exports.handler = (event) => table.size && event;
