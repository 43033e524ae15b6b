export enum Color {
  Red = 'red',
}

export namespace Names {
  export const of = (color: Color): string => `the color ${color}`;
}

/** Its name is taken by a class of the module that imports it. */
export class Calculator {}
