import { Context } from './types.ts';

export const handler = (_event: unknown, _context: Context): string => 'never';
