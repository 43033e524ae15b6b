import { types } from '#reflect';
import type { EventHandler } from 'polyfn';

const injectable = (_target: Function): void => {};

class Database {}

@injectable
class Service {
  constructor(
    readonly database: Database,
    readonly name: string,
  ) {}
}

export const handler: EventHandler = (event) => {
  if (event.toString() === 'throw') {
    throw new RangeError('thrown on purpose');
  }
  return types.get(Service.name)?.map((type) => type.name);
};
