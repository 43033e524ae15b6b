import type { EventHandler } from 'polyfn';

enum Color {
  Red,
}

export const handler: EventHandler = () => Color.Red;
