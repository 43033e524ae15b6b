export const other = 1;
export const text = 'not a function';
