/** A decorator as the language has it now. */
export function doubled<This, Args extends unknown[]>(method: (this: This, ...args: Args) => number, _context: ClassMethodDecoratorContext) {
  return function (this: This, ...args: Args): number {
    return 2 * method.apply(this, args);
  };
}
