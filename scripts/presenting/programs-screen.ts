// The programs of a lesson that has several: a line each, and how to run one.

import type { Terminal } from "./terminal.ts";

export interface ProgramsView {
  number: string;
  title: string;
  /** At least one. The sentence says what the program shows; "" where it does not say. */
  programs: { name: string; sentence: string }[];
}

export function programsScreen({ number, title, programs }: ProgramsView, terminal: Terminal): string {
  const column = Math.max(...programs.map(({ name }) => name.length)) + 4;
  const rows = programs.flatMap(({ name, sentence }) => {
    const [first = "", ...more] = terminal.wrapTo(sentence, Math.max(20, terminal.width - column)).split("\n");
    return [
      `  ${terminal.bold(name)}${" ".repeat(column - 2 - name.length)}${first}`.trimEnd(),
      ...more.map((line) => " ".repeat(column) + line),
    ];
  });
  return [
    `${terminal.bold(`${number} ${title}`)}: programs on your code, in real time`,
    "",
    ...rows,
    "",
    `Run one: npm run play ${number} ${programs[0]?.name}`,
  ].join("\n");
}
