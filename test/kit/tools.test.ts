// The compiler and the linter find nothing.

import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { workbookFolder } from "../../scripts/compiling/compiled.mjs";

function toolOutput(file: string, args: string[]): string {
  const program = path.join(workbookFolder, "node_modules", file);
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: workbookFolder,
    encoding: "utf8",
  });
  return status === 0 ? "" : stdout + stderr;
}

test("everything type-checks: starters, solutions, suites, wrong and right answers, commands", () => {
  expect(toolOutput("typescript/bin/tsc", ["-p", "."])).toBe("");
});

test("what runs in the browser type-checks with the browser's own types", () => {
  for (const project of ["scripts/page/browser", "test/kit/page"]) {
    expect(toolOutput("typescript/bin/tsc", ["-p", project])).toBe("");
  }
});

test("the linter and the formatter find nothing", () => {
  expect(toolOutput("@biomejs/biome/bin/biome", ["ci", "--colors=off", "."])).toBe("");
});
