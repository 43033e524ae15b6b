export const responds = (request, context) => new Response(`${request.url} ${context.constructor.name}`);
export const event = (request, context) => `${request}${context}`;
export const listener = async (req, other) => other && new Response('taken for a listener');
