interface Greeting {
  text: string;
}

export const handler = (): string => ({ text: 'typed' } satisfies Greeting).text;
