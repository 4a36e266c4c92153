// Code that is not going to end by itself, or is not honest by accident: each case ends in the verdict
// that it deserves, with the cause in one sentence, and no process is left behind.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { grade } from "../../scripts/grading/grade.ts";
import type { LessonReport } from "../../scripts/grading/report.ts";
import { folderSubject } from "../../scripts/grading/subject.ts";
import { allLessons, type Lesson } from "../../scripts/lessons/catalog.ts";
import { textOf } from "../../scripts/lessons/text.ts";

const lesson = allLessons()[0] as Lesson;
const file = lesson.files[0] as string;
const solution = readFileSync(path.join(lesson.solutionFolder, file), "utf8");
const wrong = solution.replace("const batch = this.#take(batchSize);", "const batch: T[] = [];");
const folder = mkdtempSync(path.join(os.tmpdir(), "queue-workbook-stops-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The right answer with `code` at the place of the take, and `top` above it all. */
function answer({ code = "", top = "", of = solution }: { code?: string; top?: string; of?: string }): string {
  return `${top}\n${of.replace("const batch", `${code}\n    const batch`)}`;
}

/** Graded in the required tasks alone, unless it is said otherwise: growth, a stretch task, takes longer than all of them. */
const required = textOf(lesson).tasks.flatMap(({ id, stretch }) => (stretch ? [] : [id]));
const allTasks = textOf(lesson).tasks.map(({ id }) => id);

async function verdictOn(text: string, only: readonly string[] = required): Promise<LessonReport> {
  mkdirSync(path.join(folder, lesson.slug), { recursive: true });
  writeFileSync(path.join(folder, lesson.slug, file), text);
  const { report } = await grade(lesson, folderSubject(folder, "submission"), { only });
  expect(processesOfGradings(), "processes left behind").toEqual([]);
  return report;
}

function processesOfGradings(): string[] {
  if (process.platform === "win32") return [];
  const all = execFileSync("ps", ["-eo", "ppid,pgid,args"], { encoding: "utf8" });
  const mine = String(process.pid);
  return all.split("\n").filter((line) => line.includes("/process.mjs") && line.trim().split(/\s+/)[0] === mine);
}

describe("the right answer, used as a base here", () => {
  test("passes, and the wrong one fails", async () => {
    expect((await verdictOn(answer({}))).verdict).toBe("passed");
    expect((await verdictOn(answer({ of: wrong }))).verdict).toBe("failed");
  });
});

describe("stopped", () => {
  const line = String.raw`${lesson.slug}/${file}:\d+`;
  for (const [what, parts, problem] of [
    ["an endless loop", { code: "for (;;);" }, `an endless loop at ${line}, in receiveBatch\\(\\)`],
    ["an endless loop at the top", { top: "for (;;);" }, "an endless loop.*while it was loading"],
    ["a loop of microtasks", { code: "for (;;) await null;" }, "an endless loop"],
    [
      "a loop of nextTick",
      { top: "const spin = (): void => process.nextTick(spin);", code: "spin();" },
      "an endless loop",
    ],
    ["an endless loop in a timer", { code: "setTimeout(() => { for (;;); }, 5);" }, `an endless loop at ${line}`],
    [
      "an endless loop in a getter of another module's time",
      { code: "while (Date.now() < Date.now() + 1);" },
      "an endless loop",
    ],
    [
      "a top-level await that never ends",
      { top: "await new Promise(() => {});" },
      "top-level `await` waits for something that never comes",
    ],
    ["process.exit in a method", { code: "process.exit(0);" }, `process\\.exit\\(0\\) at ${line}, in the check`],
    ["process.exit at the top", { top: "process.exit(0);" }, "process\\.exit\\(0\\).*while it was loading"],
    ["process.exit in a timer", { code: "setTimeout(() => process.exit(0), 5);" }, "process\\.exit\\(0\\)"],
    ["process.abort", { code: "process.abort();" }, "process\\.abort\\(\\)"],
    ["a kill of itself", { code: "process.kill(process.pid, 'SIGKILL');" }, "process\\.kill"],
    [
      "memory",
      {
        top: "const hoard: Buffer[] = [];",
        code: "for (let i = 0; i < 40; i++) { hoard.push(Buffer.alloc(50_000_000, 1)); await sleep(1); }",
      },
      "MB of memory",
    ],
    [
      "memory in a loop",
      { top: "const hoard: string[][] = [];", code: "for (;;) hoard.push(Array.from({ length: 10_000 }, String));" },
      "memory",
    ],
    ["output without end", { code: "for (;;) console.log('x'.repeat(1000));" }, "prints without end"],
    [
      "output without end, with pauses",
      { code: "for (;;) { console.log('x'.repeat(100_000)); await null; }" },
      "prints without end",
    ],
    [
      "a blocked thread",
      { code: "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);" },
      "standstill|blocks the whole process",
    ],
    ["a throw at the top", { top: "throw new Error('not today');" }, "does not load.*not today"],
    ["a syntax error", { top: "const = 1;" }, `${line} does not compile`],
    ["an import of Vitest", { top: 'import { expect } from "vitest"; expect;' }, "imports vitest"],
    ["an import of node:test", { top: 'import test from "node:test"; test;' }, "imports node:test"],
    [
      "an import of the suite",
      { top: `import ${JSON.stringify(path.join(lesson.suiteFolder, "in-memory-queue.test.ts"))};` },
      "imports .*in-memory-queue.test.ts: the suites",
    ],
    ["an import of what is not there", { top: 'import "leftpad";' }, "imports leftpad, which is no package"],
    ["Vitest by a detour", { top: "await import(['vi', 'test'].join(''));" }, "does not load"],
    ["a replaced Promise", { top: "globalThis.Promise = class {} as never;" }, "."],
  ] as const) {
    test(what, async () => {
      const report = await verdictOn(answer(parts));
      expect(report.problem).toMatch(new RegExp(problem));
      expect(report.verdict).toBe("stopped");
      expect(report.tasks.map((task) => task.checks.length)).not.toContain(0);
    });
  }
});

test("a stretch task that is stopped holds back no pass, and says why it was stopped", async () => {
  const report = await verdictOn(answer({ code: "if (this.size > 50_000) process.exit(0);" }), allTasks);
  expect(report.verdict).toBe("passed");
  expect(report.problem).toBeNull();
  const stretch = report.tasks.filter((task) => task.stretch);
  expect(stretch.map((task) => task.status)).toEqual(["stopped"]);
  expect(stretch[0]?.checks[0]?.message).toMatch(/process\.exit\(0\) at 01-batch-receive/);
  expect(report.tasks.map((task) => task.id)).toEqual(["01.1", "01.2", "01.3", "01.4", "01.5"]);
});

describe("failed, tied to the check during which it came", () => {
  for (const [what, parts, message] of [
    [
      "a rejection that nobody handles",
      { code: "void Promise.reject(new Error('nobody listens'));" },
      "rejected promise that nobody handles: Error: nobody listens",
    ],
    [
      "a late rejection",
      { code: "void sleep(250).then(() => { throw new Error('late'); });" },
      "nobody handles: Error: late|no timer",
    ],
    [
      "a throw in a timer",
      { code: "setTimeout(() => { throw new Error('in a timer'); }, 10);" },
      "threw in a timer.*in a timer",
    ],
    [
      "a throw in nextTick",
      { code: "process.nextTick(() => { throw new Error('in a tick'); });" },
      "threw where nobody can catch it: Error: in a tick",
    ],
    [
      "a wait that can never end",
      { code: "await new Promise(() => {});" },
      "never ends: at 0 ms nothing is running any more",
    ],
    [
      "a loop of setImmediate",
      { code: "for (;;) await new Promise((resolve) => setImmediate(resolve));" },
      "round and round without letting any time pass",
    ],
    ["a replaced Object.is", { top: "Object.is = () => true;" }, "replaced Object\\.is"],
    [
      "a replaced Array.prototype.indexOf",
      { top: "Array.prototype.indexOf = () => 0;" },
      "replaced Array\\.prototype\\.indexOf",
    ],
    [
      "a replaced setTimeout",
      { top: "globalThis.setTimeout = ((run: () => void) => run()) as never;" },
      "replaced setTimeout",
    ],
    [
      "a program that it starts",
      { top: 'import { spawn } from "node:child_process";', code: "spawn('sleep', ['30']);" },
      "Refused: spawn",
    ],
    [
      "a file that it writes",
      { top: 'import { writeFileSync } from "node:fs";', code: "writeFileSync('/tmp/never', '');" },
      "Refused: writeFileSync",
    ],
  ] as const) {
    test(what, async () => {
      const report = await verdictOn(answer(parts));
      expect(report.problem).toBeNull();
      expect(report.verdict).toBe("failed");
      const messages = report.tasks.flatMap((task) => task.checks.map((check) => check.message ?? ""));
      expect(messages.filter((text) => new RegExp(message).test(text))).not.toEqual([]);
    });
  }
});

describe("no pass out of nothing", () => {
  const forged = (fd: number) =>
    `try { writeSync(${fd}, JSON.stringify({ kind: "ended" }) + "\\n" + JSON.stringify({ kind: "done", check: 0, passed: true, errors: [], timeline: [] }) + "\\n"); } catch {}`;
  for (const [what, top] of [
    ["an exit code", "process.exitCode = 0;"],
    ["results written to every pipe", `import { writeSync } from "node:fs"; ${[1, 2, 3, 4, 5].map(forged).join(" ")}`],
    ["results sent to the parent", "process.send?.({ kind: 'ended' });"],
    [
      "a patched JSON",
      "const { stringify } = JSON; JSON.stringify = (value: unknown) => stringify({ ...(value as object), passed: true });",
    ],
    [
      "a patched Function.prototype.call",
      "const call = Function.prototype.call; Function.prototype.call = function (this: never, ...args: never[]) { return call.apply(this, args); };",
    ],
    ["an Object.prototype with more in it", "Object.assign(Object.prototype, { passed: true, fails: false });"],
    ["listeners of the process removed", "process.removeAllListeners();"],
    [
      "an export that says yes to everything",
      "const yes: never = new Proxy(() => yes, { get: () => yes, construct: () => yes, apply: () => yes }) as never;",
    ],
  ] as const) {
    test(`${what} does not make a wrong answer pass`, async () => {
      const report = await verdictOn(answer({ top, of: wrong }));
      expect(["failed", "stopped"]).toContain(report.verdict);
    });
  }
});

describe("honest code is not disturbed", () => {
  for (const [what, parts] of [
    ["much output that ends", { code: "for (let i = 0; i < 20; i++) console.log('receiving', i);" }],
    [
      "a method of its own on Array.prototype",
      { top: "Object.defineProperty(Array.prototype, 'lastOne', { value: 1, configurable: true });" },
    ],
    ["a listener of its own for the process", { top: "process.on('unhandledRejection', () => {});" }],
  ] as const) {
    test(what, async () => {
      const report = await verdictOn(answer(parts));
      expect(report.problem).toBeNull();
      expect(report.verdict).toBe("passed");
    });
  }
});
