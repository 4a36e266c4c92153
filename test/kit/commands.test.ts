// The commands as programs: exit statuses, screens, the JSON document.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { allLessons, namedPrograms } from "../../scripts/lessons/catalog.ts";
import { WorkbookCopy } from "./workbook-copy.ts";

const SLUG = "01-batch-receive";
const FILE = `exercises/${SLUG}/in-memory-queue.ts`;
const book = new WorkbookCopy();
/** A lesson with several programs. */
const SEVERAL = allLessons().find((lesson) => namedPrograms(lesson).size > 1) ?? expect.unreachable();
const elsewhere = mkdtempSync(path.join(os.tmpdir(), "queue-workbook-elsewhere-"));
afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

const starter = book.read(FILE);
const solution = book.read(`solutions/${SLUG}/in-memory-queue.ts`);
const wrong = book.read(`test/${SLUG}/wrong/looks-first-takes-later.ts`);

beforeEach(() => {
  book.write(FILE, starter);
  rmSync(book.path(".workbook"), { recursive: true, force: true });
});

const status = z.enum(["passed", "failed", "todo", "stopped"]);
const moment = z.strictObject({ atMs: z.number(), lane: z.string(), what: z.string() });
const check = z.strictObject({
  name: z.string(),
  status,
  message: z.string().optional(),
  where: z
    .string()
    .regex(/^[\w-]+\/[\w.-]+\.ts:\d+$/)
    .optional(),
  misconception: z.string().optional(),
  timeline: z.array(moment).optional(),
});
const task = z.strictObject({
  id: z.string().regex(/^\d\d\.\d+$/),
  title: z.string(),
  stretch: z.boolean(),
  status,
  checks: z.array(check).min(1),
});
const documentOfALesson = z.strictObject({
  lesson: z.string().regex(/^\d\d$/),
  slug: z.string(),
  verdict: status,
  durationMs: z.number().int().nonnegative(),
  tasks: z.array(task).min(1),
  problem: z.string().nullable(),
});

/** The folder that a reset says it has kept things in. */
function savedIn(stdout: string): string {
  return /^Saved what you had to (\S+)\.$/m.exec(stdout)?.[1] ?? "";
}

function jsonOf(args: string[]) {
  const { stdout, status } = book.run("check", [...args, "--json"]);
  return { document: documentOfALesson.parse(JSON.parse(stdout)), status };
}

describe("check", () => {
  test("the starter: todo, status 1, and the next step last", () => {
    const { stdout, stderr, status } = book.run("check", ["01"]);
    expect(status).toBe(1);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^01 Batch receive: 0 of 4 tasks pass\n/);
    expect(stdout).toContain("○ 01.1 Take a batch  not written yet");
    expect(stdout).toMatch(
      /Next: 01\.1 in exercises\/01-batch-receive\/in-memory-queue\.ts:\d+\nStuck\? npm run hint 01\.1 · start over: npm run reset 01 /,
    );
    expect(stdout).not.toContain("\u001B");
  });

  test("a right answer: status 0", () => {
    book.write(FILE, solution);
    const { stdout, status } = book.run("check", ["01"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^01 Batch receive: all 4 tasks pass\n/);
    expect(stdout).toContain("Compare: npm run compare 01");
    expect(stdout).toContain("go on: npm run watch 02");
  });

  test("a wrong answer: status 1, the sentence, the learner's line, the misconception and the way out, the timeline", () => {
    book.write(FILE, wrong);
    const { stdout, status } = book.run("check", ["01"]);
    expect(status).toBe(1);
    expect(stdout).toContain(
      "✗ calls made in the same instant never share a message, and the first gets the older ones",
    );
    expect(stdout).toMatch(/three of receiveBatch\(2\) at once, with a, b, c, d, e waiting:\n +expected .*\n +got /);
    expect(stdout).toMatch(/at exercises\/01-batch-receive\/in-memory-queue\.ts:\d+/);
    expect(stdout).toMatch(/A known mistake: \w/);
    expect(stdout).toMatch(/Way out: \w/);
    expect(stdout).toMatch(/0 ms │ receiveBatch\(2\) #1 +called/);
    expect(stdout).not.toMatch(/test\/support|\.test\.ts|node_modules|CheckFailure/);
  });

  test("code that never yields: stopped, status 1", () => {
    book.write(FILE, solution.replace("const batch", "for (;;);\n    const batch"));
    const { stdout, status } = book.run("check", ["01"]);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^01 Batch receive: stopped\n\n {2}Your code does not give control back: it looks like an endless loop/,
    );
  });

  test("one task by itself", () => {
    const { document, status } = jsonOf(["01.4", "--solution"]);
    expect(document.tasks.map(({ id }) => id)).toEqual(["01.4"]);
    expect(status).toBe(0);
  });

  test("a stretch task asked for by itself counts", () => {
    book.write(FILE, book.read(`test/${SLUG}/wrong/moves-the-whole-rest.ts`));
    expect(book.run("check", ["01"]).status).toBe(0);
    expect(book.run("check", ["01.5"]).status).toBe(1);
  });

  test("--json: the document, exactly so, and nothing else on standard output", () => {
    for (const [text, verdict] of [
      [starter, "todo"],
      [solution, "passed"],
      [wrong, "failed"],
      ["throw 1;", "stopped"],
    ] as const) {
      book.write(FILE, text);
      const { document, status } = jsonOf(["01"]);
      expect(document).toMatchObject({ lesson: "01", slug: SLUG, verdict });
      expect(document.problem === null).toBe(verdict !== "stopped");
      expect(status).toBe(verdict === "passed" ? 0 : 1);
    }
  });

  test("--json: a failed check carries its sentence, line, misconception and timeline", () => {
    book.write(FILE, wrong);
    const failed = jsonOf(["01"])
      .document.tasks.flatMap(({ checks }) => checks)
      .find((one) => one.status === "failed");
    expect(failed).toMatchObject({
      misconception: "looks-first-takes-later",
      where: expect.stringMatching(/^01-batch-receive\/in-memory-queue\.ts:\d+$/),
    });
    expect(failed?.timeline?.[0]).toEqual({ atMs: 0, lane: "receiveBatch(2) #1", what: "called" });
  });

  test("--dir: any folder laid out like exercises/, and a lesson's folder by itself", () => {
    const lessonFolder = path.join(elsewhere, SLUG);
    book.write(path.relative(book.folder, path.join(lessonFolder, "in-memory-queue.ts")), solution);
    expect(book.run("check", ["01", "--dir", elsewhere]).status).toBe(0);
    expect(book.run("check", ["01", "--dir", lessonFolder]).status).toBe(0);
    expect(book.run("check", ["01"]).status).toBe(1);
  });

  test("what the learner prints is shown apart, and cut when it floods", () => {
    book.write(
      FILE,
      solution.replace("const batch", "for (let i = 0; i < 300; i++) console.log('taking', i);\n    const batch"),
    );
    const { stdout, status } = book.run("check", ["01.1"]);
    expect(status).toBe(0);
    expect(stdout).toContain("Your code printed:\n  │ taking 0\n");
    expect(stdout).toMatch(/… and \d+ more lines/);
    const json = book.run("check", ["01.1", "--json"]);
    expect(json.stdout).not.toContain("taking");
    expect(json.stderr).toContain("taking 0");
  });

  test("the same code gets the same verdict, to the letter", () => {
    book.write(FILE, wrong);
    const [one, again] = [1, 2].map(() => ({ ...jsonOf(["01"]).document, durationMs: 0 }));
    expect(again).toEqual(one);
  });
});

describe("hint", () => {
  test("one at a time, from the first to the last, then the last again", () => {
    const hints = [1, 2, 3, 4].map(() => book.run("hint", ["01.2"]).stdout);
    expect(hints.map((text) => /hint \d of \d/.exec(text)?.[0])).toEqual([
      "hint 1 of 3",
      "hint 2 of 3",
      "hint 3 of 3",
      "hint 3 of 3",
    ]);
    expect(hints[0]).not.toBe(hints[1]);
    expect(hints[2]).toContain("npm run compare 01");
  });

  test("without a task: the first that is not passed", () => {
    book.write(FILE, book.read(`test/${SLUG}/wrong/answers-nonsense.ts`));
    book.run("check", ["01"]);
    expect(book.run("hint", ["01"]).stdout).toMatch(/^01\.4 /);
  });
});

describe("reset", () => {
  test("brings the starter back, and keeps what was there where it says", () => {
    book.write(FILE, "// my own work\n");
    book.write(`exercises/${SLUG}/notes.md`, "my notes\n");
    const { stdout, status } = book.run("reset", ["01"]);
    expect(status).toBe(0);
    expect(book.read(FILE)).toBe(starter);
    const [, saved = ""] = /^Saved what you had to (\S+)\.$/m.exec(stdout) ?? [];
    expect(book.read(saved, "in-memory-queue.ts")).toBe("// my own work\n");
    expect(book.read(saved, "notes.md")).toBe("my notes\n");
    expect(book.read(`exercises/${SLUG}/notes.md`)).toBe("my notes\n");
    rmSync(book.path(`exercises/${SLUG}/notes.md`));
  });

  test("twice in a row keeps both", () => {
    const saved = ["// first\n", "// second\n"].map((text) => {
      book.write(FILE, text);
      return /^Saved what you had to (\S+)\.$/m.exec(book.run("reset", ["01"]).stdout)?.[1] ?? "";
    });
    expect(saved.map((folder) => book.read(folder, "in-memory-queue.ts"))).toEqual(["// first\n", "// second\n"]);
  });

  test("the programs in play/ too: a changed one, a lost one, and a file in the place of the folder", () => {
    const folder = `exercises/${SEVERAL.slug}/play`;
    const [first = "", second = ""] = [...namedPrograms(SEVERAL).keys()].map((name) => `${name}.ts`);
    const text = book.read(folder, first);
    book.write(`${folder}/${first}`, "// changed\n");
    rmSync(book.path(folder, second));
    const stdout = book.run("reset", [SEVERAL.number]).stdout;
    expect(stdout).toContain(`Restored the starter: play/${first}, play/${second}. `);
    expect([book.read(folder, first), book.has(folder, second)]).toEqual([text, true]);
    expect(book.read(savedIn(stdout), "play", first)).toBe("// changed\n");

    rmSync(book.path(folder), { recursive: true });
    book.write(folder, "my notes\n");
    const again = book.run("reset", [SEVERAL.number]).stdout;
    expect([book.read(folder, first), book.read(savedIn(again), "play")]).toEqual([text, "my notes\n"]);
  });

  test("an untouched starter: nothing is changed or kept", () => {
    expect(book.run("reset", ["01"]).stdout).toContain("is the starter already");
    expect(book.has(".workbook/saved")).toBe(false);
  });
});

describe("compare", () => {
  test("a diff of your file and the reference", () => {
    book.write(FILE, wrong);
    const { stdout, status } = book.run("compare", ["01"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^--- exercises\/01-batch-receive\/in-memory-queue\.ts {3}yours\n\+\+\+ solutions/);
    expect(stdout).toMatch(/^\+ {4}const batch = this\.#take\(batchSize\);$/m);
  });

  test("the same file: says so", () => {
    book.write(FILE, solution);
    expect(book.run("compare", ["01"]).stdout).toContain("are the same");
  });
});

describe("progress", () => {
  test("remembers what was checked, and names the next step", () => {
    expect(book.run("progress").stdout).toMatch(/0\/\d+ lessons[\s\S]*not checked yet[\s\S]*Next: npm run watch 01/);
    book.write(FILE, solution);
    book.run("check", ["01"]);
    expect(book.run("progress").stdout).toMatch(
      /1\/\d+ lessons[\s\S]*01 Batch receive .*passed[\s\S]*Next: npm run watch 02/,
    );
  });

  test("a solution or another folder does not count", () => {
    book.run("check", ["01", "--solution"]);
    expect(book.run("progress").stdout).toMatch(/0\/\d+ lessons/);
  });
});

describe("read", () => {
  test("the lesson as text: headings, picture, table, tasks; hints and answers folded away", () => {
    const { stdout, status } = book.run("read", ["02"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^02 Process forever\n═+\n/);
    expect(stdout).toContain("▸ 3 hints: npm run hint 02.1");
    expect(stdout).toContain("▸ The answer: npm run read 02 -- --open");
    expect(stdout).toMatch(/wait a second +│ asyncio\.sleep\(1\) +│ Task\.Delay\(1000\)/);
    expect(stdout).not.toMatch(/<details>|<\/summary>|\*\*|```/);
    expect(
      Math.max(
        ...stdout
          .split("\n")
          .filter((line) => !line.includes("http"))
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(100);
  });

  test("--open unfolds the answers, but not the hints", () => {
    expect(book.run("read", ["02", "--open"]).stdout).toMatch(/The answer\n\nB/);
  });
});

describe("play", () => {
  test("runs the lesson's program, in real time", () => {
    const { stdout, status } = book.run("play", ["01", "--solution"]);
    expect(stdout).toMatch(/^Processed: msg-0\n[\s\S]*Processed: msg-9\nDrained in 4 round trips/);
    expect(status).toBe(0);
  });

  test("a lesson with one program has no names to choose from", () => {
    const { stderr, status } = book.run("play", ["01", "x"]);
    expect([stderr, status]).toEqual(["Lesson 01 has one program: npm run play 01.\n", 2]);
  });

  test("a lesson with several lists them, each with its sentence, and says how to run one", () => {
    const { stdout, status } = book.run("play", [SEVERAL.number]);
    const names = [...namedPrograms(SEVERAL).keys()];
    expect(stdout.match(/^ {2}\S+(?= {2,}[A-Z])/gm)).toEqual(names.map((name) => `  ${name}`));
    expect(stdout).toMatch(new RegExp(`\n\nRun one: npm run play ${SEVERAL.number} ${names[0]}\n$`));
    expect(status).toBe(0);
  });

  test("a name that is not there, or two of them: a sentence that names the choice", () => {
    const names = [...namedPrograms(SEVERAL).keys()];
    for (const [words, sentence] of [
      [["nonsense"], `Lesson ${SEVERAL.number} has no program nonsense. Programs: ${names.join(", ")}.`],
      [[names[0] ?? "", names[1] ?? ""], `One program at a time: npm run play ${SEVERAL.number} ${names[0]}.`],
    ] as const) {
      const { stdout, stderr, status } = book.run("play", [SEVERAL.number, ...words]);
      expect([stdout, stderr, status]).toEqual(["", `${sentence}\n`, 2]);
    }
  });

  test("a named program: on the reference, on a folder, and one that the learner has added", () => {
    const { number, slug } = SEVERAL;
    const marked = path.join(elsewhere, "marked", slug);
    cpSync(book.path("solutions", slug), marked, { recursive: true });
    const [imported = ""] = SEVERAL.files;
    const mine = `// Run it: npm run play ${number} mine\n//\n// Mine.\n\nimport * as given from "../${imported}";\nconsole.log(Object.keys(given).length > 0);\n\nthrow new Error("at its end");\n`;
    const file = `exercises/${slug}/play/mine.ts`;
    book.write(file, mine);
    for (const more of [["--solution"], ["--dir", path.dirname(marked)], []]) {
      const { stdout, stderr, status } = book.run("play", [number, "mine", ...more]);
      expect([stdout, status]).toEqual(["true\n", 1]);
      expect(stderr).toMatch(/play[\\/]mine\.ts:8/);
    }
    book.write(file, "const = 1;\n");
    const broken = book.run("play", [number, "mine"]);
    expect(broken.stderr).toMatch(new RegExp(`^${file}:1 does not compile: `));
    expect(broken.status).toBe(2);
    rmSync(book.path(file));
  });

  test("on the starter it says what is not written yet", () => {
    const { stderr, status } = book.run("play", ["01"]);
    expect(stderr).toContain("Not written yet: receiveBatch");
    expect(status).toBe(1);
  });
});

// The last of all: what is taken away here is gone.
describe("check, in a workbook of two lessons", () => {
  const lessons = allLessons().slice(0, 2);
  beforeAll(() => {
    for (const { slug } of allLessons().slice(2)) {
      for (const room of ["exercises", "solutions", "lessons", "test"]) {
        rmSync(book.path(room, room === "lessons" ? `${slug}.md` : slug), { recursive: true });
      }
    }
  });

  test("all lessons, a line each", () => {
    const { stdout, status } = book.run("check");
    expect(status).toBe(1);
    const expected = lessons.map(({ number }) => expect.stringMatching(new RegExp(`^ {2}○ ${number} `)));
    expect(stdout.trimEnd().split("\n")).toEqual(expected);
  });

  test("--json with all lessons: an array", () => {
    const { stdout } = book.run("check", ["--json"]);
    const documents = z.array(documentOfALesson).parse(JSON.parse(stdout));
    expect(documents.map(({ slug }) => slug)).toEqual(lessons.map(({ slug }) => slug));
  });
});
