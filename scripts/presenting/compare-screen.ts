// The learner's files beside the reference solution, as a diff: `-` is yours, `+` the reference's.

import { structuredPatch } from "diff";
import type { Compared } from "../learner/compared.ts";
import type { Terminal } from "./terminal.ts";

export function compareScreen(files: Compared[], terminal: Terminal): string {
  return files.flatMap((file) => fileLines(file, terminal)).join("\n");
}

function fileLines({ name, yours, reference }: Compared, terminal: Terminal): string[] {
  if (yours === null) return [`exercises/${name} is not there; the reference is solutions/${name}.`];
  if (yours === reference) return [`exercises/${name} and solutions/${name} are the same.`];
  const { hunks } = structuredPatch(`exercises/${name}`, `solutions/${name}`, yours, reference, "", "", { context: 3 });
  return [
    terminal.bad(`--- exercises/${name}   yours`),
    terminal.good(`+++ solutions/${name}   the reference`),
    ...hunks.flatMap((hunk) => [
      terminal.accent(`@@ yours from line ${hunk.oldStart}, the reference from line ${hunk.newStart} @@`),
      ...hunk.lines.map((line) => colored(line, terminal)),
    ]),
  ];
}

function colored(line: string, terminal: Terminal): string {
  if (line.startsWith("-")) return terminal.bad(line);
  if (line.startsWith("+")) return terminal.good(line);
  return line.startsWith("\\") ? terminal.dim(line) : line;
}
