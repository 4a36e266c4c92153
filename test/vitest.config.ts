// The suites of the lessons under plain Vitest, as `npm run ui` shows them.

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/[0-9]*/*.test.ts"],
    testTimeout: 60_000,
  },
});
