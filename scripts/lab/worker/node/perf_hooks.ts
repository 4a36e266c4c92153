// `node:perf_hooks` in the worker: the browser's own `performance`, whose clock is the virtual one.

export const { performance } = globalThis;
export default { performance };
