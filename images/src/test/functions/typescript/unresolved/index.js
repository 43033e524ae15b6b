import { nothing } from './nowhere';

export const handler = () => nothing;
