// The starter again, and what was there before kept aside.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import type { Lesson } from "../lessons/catalog.ts";
import { stateFolder, timestamp } from "./state.ts";

export interface Reset {
  /** The folder with what was there before; null where nothing differed from the starter. */
  savedIn: string | null;
  /** The files that were brought back, by name. */
  restored: string[];
}

/** Brings the starter's files back. Whatever differs from them, the learner's further files too, is copied aside first. */
export function resetLesson(lesson: Lesson): Reset {
  const restored = filesIn(lesson.starterFolder).filter((file) => !isSame(lesson, file));
  const inTheWay = restored.flatMap((file) => whatIsInTheWay(lesson.exerciseFolder, file) ?? []);
  const savedIn = inTheWay.length > 0 ? keepAside(lesson) : null;
  for (const obstacle of inTheWay) rmSync(obstacle, { recursive: true, force: true });
  for (const file of restored) {
    const target = path.join(lesson.exerciseFolder, file);
    // A link that leads nowhere holds nothing to keep, and nothing can be written through it.
    rmSync(target, { force: true });
    mkdirSync(path.dirname(target), { recursive: true });
    cpSync(path.join(lesson.starterFolder, file), target);
  }
  return { savedIn, restored };
}

/** The files in `folder` and in the folders in it, by their path from it: "play/join.ts". */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => !statSync(path.join(folder, file)).isDirectory())
    .map((file) => file.replaceAll(path.sep, "/"))
    .sort();
}

function keepAside(lesson: Lesson): string {
  const savedIn = path.join(stateFolder, "saved", lesson.slug, timestamp());
  mkdirSync(savedIn, { recursive: true });
  cpSync(lesson.exerciseFolder, savedIn, { recursive: true, errorOnExist: true, force: false });
  return savedIn;
}

/** What stands in the place of `file`, a folder perhaps, or a file in the place of a folder that leads to it. */
function whatIsInTheWay(folder: string, file: string): string | undefined {
  const parts = file.split("/");
  const places = parts.map((_, index) => path.join(folder, ...parts.slice(0, index + 1)));
  return places.find((place, index) => {
    const stats = statSync(place, { throwIfNoEntry: false });
    return stats !== undefined && (index === parts.length - 1 || !stats.isDirectory());
  });
}

function isSame(lesson: Lesson, file: string): boolean {
  const mine = path.join(lesson.exerciseFolder, file);
  if (whatIsInTheWay(lesson.exerciseFolder, file) !== mine || !statSync(mine).isFile()) return false;
  return readFileSync(mine).equals(readFileSync(path.join(lesson.starterFolder, file)));
}
