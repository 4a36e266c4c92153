// A copy of the workbook for tests and benchmarks that write: untouched starters, the packages of
// this one, and a place of its own for what is compiled.

import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { workbookFolder } from "../compiling/compiled.mjs";
import { allLessons } from "../lessons/catalog.ts";

const COPIED = [
  "exercises",
  "solutions",
  "lessons",
  "scripts",
  "test",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];

export function copyWorkbook(to: string): void {
  for (const entry of COPIED) cpSync(path.join(workbookFolder, entry), path.join(to, entry), { recursive: true });
  for (const { slug, starterFolder } of allLessons()) {
    cpSync(starterFolder, path.join(to, "exercises", slug), { recursive: true });
  }
  const packages = path.join(workbookFolder, "node_modules");
  mkdirSync(path.join(to, "node_modules"));
  for (const entry of readdirSync(packages)) {
    if (!entry.startsWith("."))
      symlinkSync(path.join(packages, entry), path.join(to, "node_modules", entry), "junction");
  }
}
