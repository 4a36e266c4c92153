// What resets have kept aside, for the page to show: nothing a learner wrote is lost, and they see where it is.

import { readdirSync } from "node:fs";
import path from "node:path";
import { workbookFolder } from "../compiling/compiled.mjs";
import { filesIn } from "../learner/starter.ts";
import { stateFolder } from "../learner/state.ts";
import type { Lesson } from "../lessons/catalog.ts";

export interface Kept {
  /** ".workbook/saved/04-visibility-queue/2026-11-22T09-15-00-123" */
  folder: string;
  files: string[];
}

/** The newest first. */
export function keptAside(lesson: Lesson): Kept[] {
  const saved = path.join(stateFolder, "saved", lesson.slug);
  let folders: string[];
  try {
    folders = readdirSync(saved, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return [];
  }
  return folders
    .sort()
    .reverse()
    .map((name) => ({ folder: shownPath(path.join(saved, name)), files: filesIn(path.join(saved, name)) }));
}

/** A path as it is shown: from the workbook's folder, with slashes. */
export function shownPath(full: string): string {
  return path.relative(workbookFolder, full).replaceAll(path.sep, "/");
}
