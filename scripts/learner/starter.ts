// The starter again, and what was there before kept aside.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
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
  const restored = readdirSync(lesson.starterFolder).filter((file) => !isSame(lesson, file));
  const savedIn = keepAside(lesson, restored);
  mkdirSync(lesson.exerciseFolder, { recursive: true });
  for (const file of restored) {
    const target = path.join(lesson.exerciseFolder, file);
    // A folder in the place of a file: it was copied aside, whole.
    rmSync(target, { recursive: true, force: true });
    cpSync(path.join(lesson.starterFolder, file), target);
  }
  return { savedIn, restored };
}

function keepAside(lesson: Lesson, replaced: string[]): string | null {
  const inTheWay = replaced.filter((file) => existsSync(path.join(lesson.exerciseFolder, file)));
  if (inTheWay.length === 0) return null;
  const savedIn = path.join(stateFolder, "saved", lesson.slug, timestamp());
  mkdirSync(savedIn, { recursive: true });
  cpSync(lesson.exerciseFolder, savedIn, { recursive: true, errorOnExist: true, force: false });
  return savedIn;
}

function isSame(lesson: Lesson, file: string): boolean {
  const mine = path.join(lesson.exerciseFolder, file);
  if (!statSync(mine, { throwIfNoEntry: false })?.isFile()) return false;
  return readFileSync(mine).equals(readFileSync(path.join(lesson.starterFolder, file)));
}
