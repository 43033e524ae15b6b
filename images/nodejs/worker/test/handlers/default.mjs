const ready = await Promise.resolve('awaited');
export default () => ready;
