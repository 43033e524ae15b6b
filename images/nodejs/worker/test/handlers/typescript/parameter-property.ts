class Service {
  constructor(private readonly name: string) {}
}

export const handler = () => new Service('x');
