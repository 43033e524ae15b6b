import { Context } from 'polyfn';

export const handler = (_event: unknown, _context: Context): string => 'never';
