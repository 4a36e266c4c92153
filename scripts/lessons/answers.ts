// The wrong and right answers of a lesson: `test/<slug>/wrong/<misconception>.ts` and
// `test/<slug>/right/<name>.ts`. Their first lines say what they are.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Lesson } from "./catalog.ts";

export interface WrongAnswer {
  /** The id of the misconception: the file's name. */
  id: string;
  file: string;
  /** The file of the lesson that it stands for. */
  standsFor: string;
  /** What whoever writes this believes, in one line. */
  misconception: string;
  /** One line that leads out of it. */
  wayOut: string;
  /** The checks it must fail, and no others: "01.3 calls made in the same instant never share a message". */
  mustFail: string[];
}

export interface RightAnswer {
  id: string;
  file: string;
  standsFor: string;
}

export function wrongAnswers(lesson: Lesson): WrongAnswer[] {
  return answerFiles(lesson, "wrong").map((file) => {
    const head = headOf(file);
    return {
      id: path.basename(file, ".ts"),
      file,
      standsFor: head.one("Stands for") ?? lesson.files[0] ?? "",
      misconception: head.one("Misconception") ?? "",
      wayOut: head.one("Way out") ?? "",
      mustFail: head.all("Must fail"),
    };
  });
}

export function rightAnswers(lesson: Lesson): RightAnswer[] {
  return answerFiles(lesson, "right").map((file) => ({
    id: path.basename(file, ".ts"),
    file,
    standsFor: headOf(file).one("Stands for") ?? lesson.files[0] ?? "",
  }));
}

/** The wrong answer that stands for a misconception, if the lesson knows it. */
export function misconceptionOf(lesson: Lesson, id: string): WrongAnswer | undefined {
  return wrongAnswers(lesson).find((answer) => answer.id === id);
}

function answerFiles(lesson: Lesson, kind: "wrong" | "right"): string[] {
  const folder = path.join(lesson.suiteFolder, kind);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts"));
  return files.sort().map((file) => path.join(folder, file));
}

/** The `// Key: value` lines that a file begins with. */
function headOf(file: string) {
  const head = /^(\/\/.*\r?\n)*/.exec(readFileSync(file, "utf8"))?.[0] ?? "";
  const all = (key: string) =>
    [...head.matchAll(new RegExp(`^// ${key}: (.+?)\\r?$`, "gm"))].map((match) => match[1] ?? "");
  return { all, one: (key: string) => all(key)[0] };
}
