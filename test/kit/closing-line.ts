// The last line of `npm test`: "N passed, N failed". Before it, what was left out and how to have it.

import type { Reporter, TestModule } from "vitest/node";
import { findChromium, HOW_TO_HAVE_CHROMIUM } from "../../scripts/authoring/chromium.ts";

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const passed = tests.filter((test) => test.result().state === "passed").length;
    const failed = tests.filter((test) => test.result().state === "failed").length;
    const skipped = tests.filter((test) => test.result().state === "skipped").length;
    const broken = modules.filter((module) => module.errors().length > 0).length + unhandled.length;
    process.on("exit", () => {
      if (skipped > 0 && !findChromium()) {
        process.stdout.write(
          `The browser tests (${skipped}) were left out: there is no Chromium. ${HOW_TO_HAVE_CHROMIUM}\n`,
        );
      }
      process.stdout.write(`${passed} passed, ${failed + broken} failed\n`);
    });
  }
}
