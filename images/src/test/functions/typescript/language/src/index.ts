import { setTimeout } from 'node:timers/promises';
import { Color, Names, Calculator as Other } from '@lib/color';
import legacy from '@lib/legacy.cjs';
import { doubled } from '@lib/logged';
import type { Context, EventHandler, Hook } from 'polyfn';
import colors from '../data/colors.json';

const awaited: string = await setTimeout(1, 'awaited');

class Calculator {
  @doubled
  sum(...values: number[]): number {
    return values.reduce((a, b) => a + b, 0);
  }
}

let initialized = 'no';

export const initialize: Hook = () => {
  initialized = 'yes';
};

export const handler: EventHandler = (event: Buffer, context: Context) => {
  if (event.toString() === 'throw') {
    throw new TypeError('thrown on purpose');
  }
  return {
    awaited,
    initialized,
    enumAndJson: colors[Color.Red],
    namespace: Names.of(Color.Red),
    legacy: legacy.name,
    decorator: new Calculator().sum(1, 2),
    classes: `${Calculator.name} ${Other.name}`,
    hasRequestId: context.requestId.length > 0,
  };
};
