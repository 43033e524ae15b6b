export enum Color {
  Red = 'red',
}

export namespace Names {
  export const of = (color: Color): string => `the color ${color}`;
}
