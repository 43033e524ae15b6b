export { handler } from './enum.ts';
