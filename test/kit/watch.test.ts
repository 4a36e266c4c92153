// `npm run watch`: graded on every save, and one-key commands.

import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { cleanEnvironment } from "../../scripts/authoring/workbook-process.ts";
import { terminalWith } from "../../scripts/presenting/terminal.ts";
import { WorkbookCopy } from "./workbook-copy.ts";

const book = new WorkbookCopy();
const FILE = "exercises/01-batch-receive/in-memory-queue.ts";
const starter = book.read(FILE);
const solution = book.read("solutions/01-batch-receive/in-memory-queue.ts");
const second = "exercises/02-process-forever/process-forever.ts";

beforeEach(() => {
  book.write(FILE, starter);
  rmSync(book.path(".workbook"), { recursive: true, force: true });
});

/** What has been shown, and a way to wait for more of it. */
class Shown {
  #text = "";
  #wake = () => {};

  add(text: string): void {
    this.#text += text;
    this.#wake();
  }

  /** Resolves to what was shown up to the match; the next wait begins behind it. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.#text);
      if (match) {
        const end = match.index + match[0].length;
        const seen = this.#text.slice(0, end);
        this.#text = this.#text.slice(end);
        return seen;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

describe("as a program, without a terminal", () => {
  function watch(args: string[]): Shown {
    const child = spawn(process.execPath, [book.path("scripts/run.mjs"), "watch", ...args], {
      cwd: book.folder,
      env: cleanEnvironment(),
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => {
      child.kill();
    });
    const shown = new Shown();
    child.stdout.setEncoding("utf8").on("data", (text: string) => shown.add(text));
    return shown;
  }

  test("every save brings a verdict: todo, stopped, failed, passed", async () => {
    const shown = watch(["01"]);
    await shown.until(/0 of 4 tasks pass[\s\S]*watching your file/);
    book.write(FILE, solution.replace("const batch", "for (;;);\n    const batch"));
    await shown.until(/01 Batch receive: stopped[\s\S]*endless loop[\s\S]*watching your file/);
    book.write(FILE, book.read("test/01-batch-receive/wrong/newest-first.ts"));
    await shown.until(/✗ 01\.1[\s\S]*A known mistake[\s\S]*watching your file/);
    book.write(FILE, solution);
    await shown.until(/all 4 tasks pass[\s\S]*go on: npm run watch 02[\s\S]*watching your file/);
  });

  test("without a lesson: the first that is not passed, and on to the next when it is", async () => {
    const shown = watch([]);
    await shown.until(/01 Batch receive: 0 of 4 tasks pass[\s\S]*watching your file/);
    book.write(FILE, solution);
    const seen = await shown.until(/02 Process forever: 0 of 4 tasks pass[\s\S]*watching your file/);
    expect(seen).toContain("✓ 01 Batch receive is passed. On to the next.");
    book.write(second, book.read("test/02-process-forever/wrong/busy-loop.ts"));
    await shown.until(/✗ 02\.2[\s\S]*watching your file/);
    book.write(second, book.read("test/02-process-forever/starter/process-forever.ts"));
  });
});

describe("its keys", () => {
  let module: typeof import("../../scripts/watching/session.ts");
  let catalog: typeof import("../../scripts/lessons/catalog.ts");

  beforeAll(async () => {
    // The copy's own session: it grades and resets the copy's files.
    module = await import(book.path("scripts/watching/session.ts"));
    catalog = await import(book.path("scripts/lessons/catalog.ts"));
  });

  async function session() {
    const shown = new Shown();
    const [lesson] = catalog.allLessons();
    const terminal = terminalWith({ colors: false, links: false, width: 100 });
    if (!lesson) throw new Error("no lesson");
    const watching = new module.WatchSession(lesson, {
      goesOn: false,
      terminal,
      hasKeys: true,
      draw: (screen) => shown.add(screen),
    });
    afterAll(() => watching.end());
    await watching.start();
    await shown.until(/0 of 4 tasks pass[\s\S]*q quit {3}watching your file/);
    return { watching, shown };
  }

  test("h shows a hint, then the next; any other key puts it away", async () => {
    const { watching, shown } = await session();
    expect(await watching.press("h")).toBe(true);
    await shown.until(/01\.1 Take a batch, hint 1 of 3/);
    await watching.press("h");
    await shown.until(/01\.1 Take a batch, hint 2 of 3/);
    await watching.press("x");
    expect(await shown.until(/watching your file$/)).not.toContain("hint 2 of 3\n");
    await watching.end();
  });

  test("c compares, q quits", async () => {
    const { watching, shown } = await session();
    await watching.press("c");
    await shown.until(/--- exercises\/01-batch-receive\/in-memory-queue\.ts {3}yours/);
    expect(await watching.press("q")).toBe(false);
    await watching.end();
  });

  test("r asks first: no leaves everything, y brings the starter back and says where the rest is", async () => {
    const { watching, shown } = await session();
    book.write(FILE, solution);
    await shown.until(/all 4 tasks pass[\s\S]*watching your file/);
    await watching.press("r");
    await shown.until(/Bring the starter back\?/);
    await watching.press("n");
    expect(book.read(FILE)).toBe(solution);
    await watching.press("r");
    await watching.press("y");
    const seen = await shown.until(/Saved what you had to \S+\./);
    const [, saved = ""] = /Saved what you had to (\S+)\./.exec(seen) ?? [];
    expect(book.read(FILE)).toBe(starter);
    expect(book.read(path.join(saved, "in-memory-queue.ts"))).toBe(solution);
    await watching.end();
  });

  test("n goes on to the next lesson", async () => {
    const { watching, shown } = await session();
    await watching.press("n");
    await shown.until(/02 Process forever: 0 of 4 tasks pass/);
    await watching.end();
  });
});
