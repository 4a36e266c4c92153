// npm run play 04: runs the lesson's small program on your code, in real time. Where a lesson has
// several, `npm run play 04 name` runs one, and without a name they are listed.

import { spawn } from "node:child_process";
import { EXIT, UsageError } from "../command-line/failures.ts";
import { oneTarget, readArguments, subjectOf } from "../command-line/options.ts";
import { print, terminal, withClearEnds } from "../command-line/output.ts";
import { DoesNotLoad } from "../compiling/learner.ts";
import { compileProgram, programText } from "../compiling/program.ts";
import { type Lesson, namedPrograms, PLAY_FILE } from "../lessons/catalog.ts";
import { textOf } from "../lessons/text.ts";
import { programsScreen } from "../presenting/programs-screen.ts";

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    const { values, positionals } = readArguments(args, { solution: { type: "boolean" }, dir: { type: "string" } });
    const { lesson } = oneTarget(positionals.slice(0, 1), "play");
    const program = programOf(lesson, positionals.slice(1));
    const subject = subjectOf(values, [lesson]);
    if (program === null) {
      const programs = [...namedPrograms(lesson)].map(([name, file]) => ({
        name,
        sentence: sentenceOf(programText(subject, lesson, file)),
      }));
      print(programsScreen({ number: lesson.number, title: textOf(lesson).title, programs }, terminal));
      return EXIT.fine;
    }
    try {
      const compiled = await compileProgram(subject, lesson, program);
      try {
        return await play(compiled.file);
      } finally {
        compiled.remove();
      }
    } catch (error) {
      if (error instanceof DoesNotLoad) throw new UsageError(error.message);
      throw error;
    }
  });
}

/** The file of the program that `words` ask for; null where there is a choice, and none was made. */
function programOf(lesson: Lesson, words: string[]): string | null {
  const { number } = lesson;
  const programs = namedPrograms(lesson);
  const [name, ...rest] = words;
  if (programs.size === 0) {
    if (name !== undefined) throw new UsageError(`Lesson ${number} has one program: npm run play ${number}.`);
    return PLAY_FILE;
  }
  if (name === undefined) return null;
  const file = programs.get(name);
  if (file === undefined) {
    throw new UsageError(`Lesson ${number} has no program ${name}. Programs: ${[...programs.keys()].join(", ")}.`);
  }
  if (rest.length > 0) throw new UsageError(`One program at a time: npm run play ${number} ${name}.`);
  return file;
}

/** What a program says of itself: the comment in its third line. */
function sentenceOf(text: string): string {
  const [, , line = ""] = text.split(/\r?\n/);
  return line.startsWith("// ") ? line.slice("// ".length) : "";
}

/** The program has the terminal to itself; Ctrl+C reaches it, and ends this command with it. */
function play(file: string): Promise<number> {
  const ignore = () => {};
  process.on("SIGINT", ignore);
  const child = spawn(process.execPath, ["--enable-source-maps", "--no-warnings", file], { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      process.off("SIGINT", ignore);
      resolve(code === null || code !== 0 ? EXIT.notPassed : EXIT.fine);
    });
  });
}
