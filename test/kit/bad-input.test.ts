// Bad input gets one clear sentence and the right exit status, and nothing is lost.

import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { beforeEach, describe, expect, test } from "vitest";
import { allLessons } from "../../scripts/lessons/catalog.ts";
import { freePort } from "./free-port.ts";
import { WorkbookCopy } from "./workbook-copy.ts";

const SLUG = "01-batch-receive";
const FILE = `exercises/${SLUG}/in-memory-queue.ts`;
const book = new WorkbookCopy();
const starter = book.read(FILE);
const LESSONS = `01-${allLessons().at(-1)?.number}`;

beforeEach(() => {
  rmSync(book.path(FILE), { recursive: true, force: true });
  book.write(FILE, starter);
  rmSync(book.path(".workbook"), { recursive: true, force: true });
});

describe("wrong usage: status 2, one sentence on standard error, nothing on standard output", () => {
  for (const [command, args, sentence] of [
    ["check", ["94"], `There is no lesson 94. Lessons: ${LESSONS}.`],
    ["check", ["one"], `There is no lesson one. Lessons: ${LESSONS}.`],
    ["check", ["../01"], `There is no lesson ../01. Lessons: ${LESSONS}.`],
    ["check", ["01.9"], "Lesson 01 has no task 01.9. Tasks: 01.1-01.5."],
    [
      "check",
      ["01", "--dir", "nowhere"],
      "There is no folder nowhere. --dir takes one that is laid out like exercises/.",
    ],
    [
      "check",
      ["01", "--dir", "lessons"],
      "lessons has no folder 01-batch-receive. --dir takes a folder that is laid out like exercises/.",
    ],
    ["check", ["01", "--dir", "exercises", "--solution"], "Either --dir or --solution, not both."],
    ["check", ["01", "--fast"], "Unknown option '--fast'. Options: --dir, --solution, --json, --replay."],
    [
      "check",
      ["01", "--dir"],
      "Option '--dir <value>' argument missing. Options: --dir, --solution, --json, --replay.",
    ],
    ["check", ["94", "--json"], `There is no lesson 94. Lessons: ${LESSONS}.`],
    ["hint", [], `Which lesson? For instance: npm run hint 01. Lessons: ${LESSONS}.`],
    ["hint", ["98.1"], `There is no lesson 98.1. Lessons: ${LESSONS}.`],
    ["reset", ["97"], `There is no lesson 97. Lessons: ${LESSONS}.`],
    ["compare", ["01", "02"], "One lesson at a time: npm run compare 01."],
    ["watch", ["99"], `There is no lesson 99. Lessons: ${LESSONS}.`],
    ["read", ["01", "--all"], "Unknown option '--all'. Options: --open."],
    ["progress", ["--json"], "Unknown option '--json'. This command has no options."],
    ["service", ["01"], "Lesson 01 has no service. These have: 05, 06."],
    ["service", ["05", "--own-queue"], "The service of lesson 05 has no queue beside it to exchange."],
    ["service", ["05", "--port", "80"], "Unknown option '--port'. Options: --solution, --dir, --own-queue."],
    ["start", ["04"], "npm start takes no lesson: the page shows all of them."],
    ["start", ["--port", "80"], "Unknown option '--port'. Options: --no-open."],
    ["play", ["00"], `There is no lesson 00. Lessons: ${LESSONS}.`],
  ] as const) {
    test(`${command} ${args.join(" ")}`, () => {
      const { status, stdout, stderr } = book.run(command, [...args]);
      expect(stderr).toBe(`${sentence}\n`);
      expect(stdout).toBe("");
      expect(status).toBe(2);
    });
  }

  for (const [given, sentence] of [
    ["eighty", 'Expected `PORT` to be a whole number from 0 to 65535, got "eighty". 0 takes any that is free.'],
    ["65536", 'Expected `PORT` to be a whole number from 0 to 65535, got "65536". 0 takes any that is free.'],
  ] as const) {
    test(`PORT=${given} start`, () => {
      const { status, stderr } = book.run("start", ["--no-open"], { PORT: given });
      expect(stderr).toBe(`${sentence}\n`);
      expect(status).toBe(2);
    });
  }

  test("start, on a port that is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    try {
      const { status, stderr } = book.run("start", ["--no-open"], { PORT: String(port) });
      expect(stderr).toMatch(new RegExp(`^Port ${port} is taken .* PORT=${port + 1} npm start\n$`));
      expect(status).toBe(2);
    } finally {
      other.close();
    }
  });

  for (const [environment, args, sentence] of [
    [{ PORT: "eighty" }, ["05", "--solution"], 'Expected `PORT` to be a whole number from 1 to 65535, got "eighty".'],
    [{ PORT: "eighty" }, ["06", "server", "--solution"], /`PORT`.* got "eighty"\.$/],
    [{ MAX_WORKERS: "0" }, ["06", "worker", "--solution"], /`MAX_WORKERS`.* got "0"\.$/],
    [{ QUEUE_URL: "my-queue" }, ["06", "worker", "--solution"], /`QUEUE_URL`.* got "my-queue"\.$/],
    [{ ENDPOINT_PORT: "x" }, ["06"], 'Expected `ENDPOINT_PORT` to be a whole number from 1 to 65535, got "x".'],
    [{ QUEUE_URL: "http://127.0.0.1:1/1/q" }, ["06", "--own-queue"], /QUEUE_URL is set, and --own-queue .*/],
  ] as const) {
    test(`${Object.entries(environment).flat().join("=")} service ${args.join(" ")}`, async () => {
      const port = String(await freePort());
      const { status, stderr } = book.run("service", [...args], { ENDPOINT_PORT: port, ...environment });
      const last = stderr.trimEnd().split("\n").at(-1);
      if (typeof sentence === "string") expect(last).toBe(sentence);
      else expect(last).toMatch(sentence);
      expect(status).toBe(2);
    });
  }

  test("an option that npm has kept for itself is asked for again", () => {
    const { status, stderr } = book.run("check", ["01"], { npm_config_solution: "true", npm_lifecycle_event: "check" });
    expect(stderr).toBe("npm kept --solution for itself. Put -- before it: npm run check 01 -- --solution …\n");
    expect(status).toBe(2);
  });
});

describe("a file that cannot be graded: stopped, status 1, and what to do", () => {
  const problemOf = () => {
    const { status, stdout } = book.run("check", ["01", "--json"]);
    expect(status).toBe(1);
    const { verdict, problem } = JSON.parse(stdout);
    expect(verdict).toBe("stopped");
    return problem;
  };

  test("deleted", () => {
    rmSync(book.path(FILE));
    expect(problemOf()).toBe(`${FILE} is not there. \`npm run reset 01\` brings the starter back.`);
    expect(book.run("reset", ["01"]).status).toBe(0);
    expect(book.read(FILE)).toBe(starter);
  });

  test("empty", () => {
    book.write(FILE, " \n");
    expect(problemOf()).toBe(`${FILE} is empty. \`npm run reset 01\` brings the starter back.`);
  });

  test("not UTF-8", () => {
    book.write(FILE, Uint8Array.of(0xff, 0xfe, 0x00, 0xd8));
    expect(problemOf()).toBe(`${FILE} is not UTF-8 text. Save it as UTF-8 in your editor.`);
  });

  test("a folder", () => {
    rmSync(book.path(FILE));
    mkdirSync(book.path(FILE));
    book.write(`${FILE}/mine.txt`, "kept\n");
    expect(problemOf()).toBe(
      `${FILE} is a folder, and a file is expected there. \`npm run reset 01\` brings the starter back.`,
    );
    const [, saved = ""] = /^Saved what you had to (\S+)\.$/m.exec(book.run("reset", ["01"]).stdout) ?? [];
    expect(book.read(saved, "in-memory-queue.ts/mine.txt")).toBe("kept\n");
    expect(book.read(FILE)).toBe(starter);
  });

  test("the whole lesson's folder deleted", () => {
    rmSync(book.path("exercises", SLUG), { recursive: true });
    expect(problemOf()).toBe(`${FILE} is not there. \`npm run reset 01\` brings the starter back.`);
    book.run("reset", ["01"]);
    expect(readdirSync(book.path("exercises", SLUG)).sort()).toEqual(["in-memory-queue.ts", "play.ts"]);
  });
});

describe("a damaged progress file", () => {
  for (const [what, text] of [
    ["cut in half", '{"lessons": {"01-ba'],
    ["of another kind", "[1, 2, 3]"],
    ["with a lesson of another kind", '{"lessons": {"01-batch-receive": 7}, "hints": {}}'],
    ["empty", ""],
  ] as const) {
    test(`${what}: kept aside, said, begun anew`, () => {
      book.write(".workbook/progress.json", text);
      const { status, stdout, stderr } = book.run("check", ["01", "--solution"]);
      expect([status, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("all 4 tasks pass");
      const first = book.run("progress");
      expect(first.stderr).toMatch(
        /^Your progress file was damaged\. It is kept as \.workbook\/progress\.damaged-\S+\.json, and a new one is begun\.\n$/,
      );
      const [aside = ""] = readdirSync(book.path(".workbook")).filter((file) => file.includes("damaged"));
      expect(book.read(".workbook", aside)).toBe(text);
      expect(book.run("progress").stderr).toBe("");
    });
  }
});

describe("the workbook itself", () => {
  test("a progress folder that cannot be written: the verdict is given all the same, and it is said", () => {
    book.write(".workbook", "a file in the way of the folder\n");
    const { status, stdout, stderr } = book.run("check", ["01"]);
    expect(status).toBe(1);
    expect(stdout).toContain("01 Batch receive: 0 of 4 tasks pass");
    expect(stderr).toMatch(/^Your progress could not be kept in \.workbook\/progress\.json: .+\n$/);
  });

  test("a place for compiled code that cannot be written, as in a read-only checkout: it goes elsewhere", () => {
    const closed = new WorkbookCopy();
    closed.write("node_modules/.cache", "a file in the way of the folder\n");
    const { status, stdout, stderr } = closed.run("check", ["01", "--solution"], { TMPDIR: closed.folder });
    expect(stderr).toBe("");
    expect(stdout).toContain("all 4 tasks pass");
    expect(status).toBe(0);
  });

  test("without its packages: status 3, and what to do", () => {
    const bare = new WorkbookCopy();
    rmSync(bare.path("node_modules"), { recursive: true });
    const { status, stderr } = bare.run("check", ["01"]);
    expect(stderr).toBe(
      "The workbook's packages are not installed. Run `npm ci` in the workbook's folder, then this again.\n",
    );
    expect(status).toBe(3);
  });

  test("a suite that is broken: status 3, and no verdict", () => {
    const broken = new WorkbookCopy();
    cpSync(broken.path("lessons/01-batch-receive.md"), broken.path("lessons/01-batch-receive.md.old"));
    broken.write(`test/${SLUG}/in-memory-queue.test.ts`, "throw new Error('no suite');\n");
    const { status, stdout, stderr } = broken.run("check", ["01", "--json"]);
    expect(stderr).toMatch(/^The workbook itself failed, not your code: The suite of 01-batch-receive did not start/);
    expect(stdout).toBe("");
    expect(status).toBe(3);
  });
});
