import './syntax.mjs';

export const handler = () => 'never';
