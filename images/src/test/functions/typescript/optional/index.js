import { codes } from 'plugins';

export const handler = codes;
