export const handler = async (event: Buffer): Promise<Buffer> => event;
