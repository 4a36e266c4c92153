// The kit's own tests: `npm test`.

import { defineConfig } from "vitest/config";
import SlowestFirst from "./slowest-first.ts";

export default defineConfig({
  test: {
    include: ["test/kit/*.test.ts", "test/kit/page/*.test.ts"],
    // Gradings are processes of their own: a test waits for them, and never for a clock.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One more than the cores it is meant for: some tests wait for a process that waits.
    maxWorkers: 3,
    sequence: { sequencer: SlowestFirst },
    reporters: ["default", "./test/kit/closing-line.ts"],
  },
});
