export const before = 1;

enum Color {
  Red,
}

export const handler = (): Color => Color.Red;
