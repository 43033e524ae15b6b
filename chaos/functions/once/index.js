// Echoes each event once; one that comes again was doubled. Some take so long that they are in flight while the core takes over.
const seen = new Set();

exports.handler = async (event) => {
  const token = String(event);
  if (seen.has(token)) return 'twice';
  seen.add(token);
  if (token.endsWith('7')) await new Promise((resolve) => setTimeout(resolve, 200));
  return event;
};
