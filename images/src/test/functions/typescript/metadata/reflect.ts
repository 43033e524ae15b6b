/** What of reflect-metadata is needed here. */
export const types = new Map<string, Function[]>();

Object.assign(Reflect, {
  metadata: (key: string, value: Function[]) => (target: object) => {
    if (key === 'design:paramtypes') types.set((target as Function).name, value);
  },
});
