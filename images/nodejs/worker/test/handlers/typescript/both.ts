export const handler = (): string => 'source';
