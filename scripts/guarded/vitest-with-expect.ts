// The same for a suite that uses `expect`: it takes longer to load.

export { expect } from "./expect.ts";
export * from "./vitest.ts";
