// npm run pictures: an author's command. Draws the README's pictures anew, from what the terminal shows.

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { drawPages } from "../authoring/page-pictures.ts";
import { EXIT } from "../command-line/failures.ts";
import { print, withClearEnds } from "../command-line/output.ts";
import { workbookFolder } from "../compiling/compiled.mjs";
import { grade } from "../grading/grade.ts";
import { answerSubject, exercises, type Subject } from "../grading/subject.ts";
import { misconceptionOf } from "../lessons/answers.ts";
import { allLessons, type Lesson } from "../lessons/catalog.ts";
import { checkScreen } from "../presenting/check-screen.ts";
import { pictureOf } from "../presenting/picture.ts";
import { terminalWith } from "../presenting/terminal.ts";
import { checkView } from "../presenting/views.ts";

const terminal = terminalWith({ colors: true, links: false, width: 100 });

export function run(): Promise<number> {
  return withClearEnds(async () => {
    const lesson = allLessons()[0] as Lesson;
    const wrong = misconceptionOf(lesson, "looks-first-takes-later");
    if (!wrong) throw new Error("The answer that the picture shows is gone.");
    await draw("failing", lesson, answerSubject(wrong.standsFor, wrong.file));
    await drawPages((name, picture) => write(`${name}.png`, picture));
    return EXIT.fine;
  });
}

async function draw(name: string, lesson: Lesson, subject: Subject): Promise<void> {
  const graded = await grade(lesson, subject);
  // As a learner sees it: the file is theirs, and it is the first of their lessons.
  const passed = graded.report.verdict === "passed" ? { [lesson.slug]: { verdict: "passed" as const, tasks: {} } } : {};
  const view = checkView(lesson, { ...subject, shownAs: exercises.shownAs }, graded, { lessons: passed, hints: {} });
  const screen = `$ npm run -s check ${lesson.number}\n${checkScreen(view, terminal)}`;
  write(`${name}.svg`, pictureOf(screen, `npm run check ${lesson.number}: ${name}`));
}

function write(name: string, picture: string | Uint8Array): void {
  const file = path.join(workbookFolder, ".github/pictures", name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, picture);
  print(`Drew ${path.relative(workbookFolder, file)}`);
}
