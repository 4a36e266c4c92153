// Stands in for `vitest` in the guarded process: Vitest's own runner and its own `expect`, without
// Vite, workers and reporters. Its versions are pinned, and a gate of the kit holds that plain Vitest
// comes to the same verdicts.

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, suite, test } from "@vitest/runner";
