// CommonJS: its own syntax in TypeScript, and the names that only CommonJS has.
import path = require('node:path');

class Legacy {
  constructor(readonly name: string) {}
}

export = new Legacy(`${path.basename(__dirname)} ${typeof require('node:os').cpus}`);
