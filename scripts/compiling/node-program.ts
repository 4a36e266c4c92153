// How esbuild makes a program for Node out of code of the workbook and of learners.

import type { BuildOptions } from "esbuild";

export const NODE_PROGRAM = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  // A tsconfig.json beside somebody's files is not the workbook's.
  tsconfigRaw: {},
  logLevel: "silent",
} as const satisfies BuildOptions;
