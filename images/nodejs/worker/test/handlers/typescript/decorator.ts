const logged = (method: unknown, _context: unknown) => method;
class Service {
  @logged
  call() {}
}

export const handler = () => new Service();
