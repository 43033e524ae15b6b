'use strict';

const { isOfPlatform } = require('./headers.js');

/**
 * Removes the headers of platforms that are not in front from a request, its trailers included: a caller made them up
 * (contract 3.16). Behind the core, the core does.
 *
 * @param {import('node:http').IncomingMessage} req
 * @param {{headers?: string}} platform
 */
function removeForged(req, { headers: own }) {
  const isForged = (name) => isOfPlatform(name) && (!own || name.includes('_') || !name.toLowerCase().startsWith(own));
  removeFrom(req, 'rawHeaders', ['headers', 'headersDistinct'], isForged);
  if (req.headers['transfer-encoding'] === undefined) return;
  req.prependOnceListener('end', () => removeFrom(req, 'rawTrailers', ['trailers', 'trailersDistinct'], isForged));
}

function removeFrom(req, raw, views, isForged) {
  const pairs = req[raw];
  const forged = pairs.filter((name, index) => index % 2 === 0 && isForged(name));
  if (forged.length === 0) return;
  // Before the pairs: Node.js makes the views of them when they are first read, and by their old number.
  for (const view of views.map((each) => req[each])) for (const name of forged) delete view[name.toLowerCase()];
  req[raw] = pairs.filter((_, index) => !isForged(pairs[index - (index % 2)]));
}

module.exports = { removeForged };
