export const handler = (event: string => event;
