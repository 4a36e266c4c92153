// What holds of every lesson, whichever lessons there are.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { workbookFolder } from "../../scripts/compiling/compiled.mjs";
import { filesIn } from "../../scripts/learner/starter.ts";
import { rightAnswers, wrongAnswers } from "../../scripts/lessons/answers.ts";
import { allLessons, type Lesson, namedPrograms, PLAY_FILE, suiteFiles } from "../../scripts/lessons/catalog.ts";
import { textOf } from "../../scripts/lessons/text.ts";

const temporary = mkdtempSync(path.join(os.tmpdir(), "queue-workbook-gates-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

let emitted: { folder: string; complaints: string[] } | undefined;

for (const lesson of allLessons()) {
  describe(lesson.slug, () => {
    test("exercises/ holds the starter (whoever has filled it in: that is fine, and this test is for authors)", () => {
      for (const file of filesIn(lesson.starterFolder)) {
        expect(read(lesson.exerciseFolder, file), file).toBe(read(lesson.starterFolder, file));
      }
      expect(filesIn(lesson.exerciseFolder)).toEqual(filesIn(lesson.starterFolder));
    });

    test("the starter has the lesson's files, and its program or programs", () => {
      const several = [...namedPrograms(lesson).values()];
      const programs = several.length > 0 ? several : [PLAY_FILE];
      expect(filesIn(lesson.starterFolder)).toEqual([...lesson.files, ...lesson.given, ...programs].sort());
    });

    test("each program says how to run it, and in a sentence what it shows", () => {
      const several = [...namedPrograms(lesson)].map(([name, file]) => [` ${name}`, file]);
      for (const [name, file = ""] of several.length > 0 ? several : [["", PLAY_FILE]]) {
        const runIt = `// Run it: npm run play ${lesson.number}${name}\n//\n// `;
        expect(read(lesson.starterFolder, file).slice(0, runIt.length), file).toBe(runIt);
        expect(read(lesson.starterFolder, file), file).toMatch(/^.*\n.*\n\/\/ [A-Z].*\.\n\n/);
      }
    });

    test("starter and solution have the same public declarations, with the same doc comments", () => {
      for (const file of lesson.files) {
        expect(declarationsOf(lesson.starterFolder, file)).toBe(declarationsOf(lesson.solutionFolder, file));
      }
    });

    test("the starter says what it is for, where the lesson is and how to check, and has two to five TODOs", () => {
      for (const file of lesson.files) {
        const text = read(lesson.starterFolder, file);
        expect(text).toMatch(
          new RegExp(`^// Lesson: lessons/${lesson.slug}\\.md +Check: npm run check ${lesson.number}\n`),
        );
        const todos = text.match(/TODO \d\d\.\d+:/g) ?? [];
        expect(todos.length).toBeGreaterThanOrEqual(2);
        expect(todos.length).toBeLessThanOrEqual(5);
      }
    });

    test("the text and the suite have the same tasks, and each task has three hints", () => {
      const { tasks, title } = textOf(lesson);
      const inSuite = suiteFiles(lesson).flatMap(
        (file) => readFileSync(file, "utf8").match(/(?<=describe\(")\d\d\.\d+(?=")/g) ?? [],
      );
      expect(title).not.toBe("");
      expect(tasks.map((task) => task.id).sort()).toEqual(inSuite.sort());
      expect(tasks.map((task) => `${task.id} ${task.hints.length}`)).toEqual(tasks.map((task) => `${task.id} 3`));
    });

    test("there are at least 8 wrong answers and 4 right ones, and every task has a wrong one", () => {
      const wrong = wrongAnswers(lesson);
      expect(wrong.length).toBeGreaterThanOrEqual(8);
      expect(rightAnswers(lesson).length).toBeGreaterThanOrEqual(4);
      const covered = new Set(wrong.flatMap((answer) => answer.mustFail.map((check) => check.split(" ")[0])));
      expect(textOf(lesson).tasks.filter((task) => !covered.has(task.id))).toEqual([]);
    });

    test("every wrong answer says in a line what is believed, and in another the way out", () => {
      for (const { id, misconception, wayOut } of wrongAnswers(lesson)) {
        expect(misconception, id).toMatch(/\w.*\.$/);
        expect(wayOut, id).toMatch(/\w.*[.?]$/);
      }
    });

    test("every misconception that the suite can name has its wrong answer", () => {
      const named = namedIn(lesson);
      expect(
        wrongAnswers(lesson)
          .map((answer) => answer.id)
          .sort(),
      ).toEqual([...named].sort());
    });
  });
}

/** The ids that a suite's claims name: of all strings in it, those that look like one. */
function namedIn(lesson: Lesson): Set<string> {
  const text = readdirSync(lesson.suiteFolder)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => read(lesson.suiteFolder, file))
    .join("\n");
  // The name of a package is none.
  const ids = text.replace(/from "[^"]*"/g, "").match(/(?<=")[a-z]+(-[a-z]+)+(?=")/g) ?? [];
  return new Set(ids);
}

function read(folder: string, file: string): string {
  return readFileSync(path.join(folder, file), "utf8");
}

/** What the compiler emits as the declarations of a file. */
function declarationsOf(folder: string, file: string): string {
  emitted ??= emitDeclarations();
  // Given files, which are emitted too where they are imported, may leave types to be inferred.
  const inFile = path.relative(workbookFolder, path.join(folder, file)).replaceAll(path.sep, "/");
  expect(emitted.complaints.filter((line) => line.startsWith(inFile))).toEqual([]);
  return read(emitted.folder, inFile.replace(/\.ts$/, ".d.ts"));
}

/** Of all lessons at once: the compiler's start takes longer than its work. */
function emitDeclarations(): { folder: string; complaints: string[] } {
  const files = allLessons().flatMap(({ files, starterFolder, solutionFolder }) =>
    [starterFolder, solutionFolder].flatMap((folder) => files.map((file) => path.join(folder, file))),
  );
  const tsc = path.join(workbookFolder, "node_modules/typescript/bin/tsc");
  const options = [
    "--declaration",
    "--emitDeclarationOnly",
    "--isolatedDeclarations",
    "--rootDir",
    workbookFolder,
    "--outDir",
    temporary,
    "--target",
    "es2023",
  ];
  const more = [
    "--module",
    "nodenext",
    "--allowImportingTsExtensions",
    "--types",
    "node",
    "--strict",
    "--skipLibCheck",
    "--ignoreConfig",
  ];
  const { stdout } = spawnSync(process.execPath, [tsc, ...options, ...more, ...files], {
    encoding: "utf8",
    cwd: workbookFolder,
  });
  return { folder: temporary, complaints: stdout.split("\n") };
}
