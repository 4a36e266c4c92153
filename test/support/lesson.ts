// The one door through which a suite reaches an implementation: by lesson, not by path, so that
// the same suite grades exercises, solutions, submissions and wrong answers alike.

import "./virtual-time/install.ts";
import { afterEach, beforeAll, beforeEach } from "vitest";
import { CheckFailure } from "./failure.ts";
import { beginCheck, endCheck } from "./stage.ts";

/**
 * The learner's module. It is loaded before the first check, on the virtual clock.
 *
 * @param load `() => import("#lesson/01-batch-receive/in-memory-queue.ts")`
 * @returns The module's exports. Asking for one that is missing fails the check that asks.
 */
export function lesson<Module extends object>(load: () => Promise<Module>): Module {
  let loaded: Partial<Module> = {};

  beforeAll(async () => {
    loaded = await load();
  });
  beforeEach(beginCheck);
  afterEach(endCheck);

  return new Proxy({} as Module, {
    get: (_target, name) => {
      const value = loaded[name as keyof Module];
      if (value !== undefined) return value;
      const exported = Object.keys(loaded).filter((key) => key !== "default");
      throw new CheckFailure(
        `expected your file to export ${String(name)}, but it exports ${exported.join(", ") || "nothing"}`,
      );
    },
  });
}
