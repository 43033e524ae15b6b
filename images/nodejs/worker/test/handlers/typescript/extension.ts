export { handler } from './typed';
