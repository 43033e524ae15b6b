export const greeting: string = 'Hello as source';
