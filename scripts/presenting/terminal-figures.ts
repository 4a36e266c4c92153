// What stands between a lesson's paragraphs, in the terminal: code in colour, drawings, diagrams as text.

import stringWidth from "fast-string-width";
import { type CodeColours, codeColours } from "./code-colours.ts";
import { type DrawDiagram, diagramDrawing, isDrawing } from "./diagrams.ts";
import type { Terminal } from "./terminal.ts";

/** The lines of a fenced block, at most `room` columns wide; only a shell's commands may be longer. */
export type FenceLines = (language: string, content: string, room: number) => string[];

/** Ready at once: code in one colour, and a diagram as its source. */
export function plainFences(terminal: Terminal): FenceLines {
  return (language, content, room) => fenceLines(language, content, room, terminal, null, null);
}

/** Loads what blocks in these languages need, and no more: without colours, code needs nothing. */
export async function figureFences(languages: readonly string[], terminal: Terminal): Promise<FenceLines> {
  const hasColours = terminal.dim("x") !== "x";
  const colours = hasColours ? await codeColours(languages) : null;
  const draw = languages.includes("mermaid") ? await diagramDrawing() : null;
  return (language, content, room) => fenceLines(language, content, room, terminal, colours, draw);
}

function fenceLines(
  language: string,
  content: string,
  room: number,
  terminal: Terminal,
  colours: CodeColours | null,
  draw: DrawDiagram | null,
): string[] {
  const text = content.trimEnd();
  if (language === "mermaid" && draw) return draw(text).lines(terminal, room);
  if (isDrawing(text)) return panels(text.split("\n"), room, terminal);
  const lines = colours?.lines(text, language, terminal) ?? text.split("\n").map(terminal.accent);
  // A command that is copied must stay in one piece. The terminal breaks it where it has to.
  if (language === "bash") return lines;
  const indents = text.split("\n").map((line) => /^ */.exec(line)?.[0] ?? "");
  return lines.flatMap((line, index) => wrapped(line, indents[index] ?? "", room, terminal));
}

/** What goes on in the next line stands further in than its beginning. */
function wrapped(line: string, indent: string, room: number, terminal: Terminal): string[] {
  if (stringWidth(line) <= room) return [line.trimEnd()];
  const pieces = terminal.wrapTo(line.trimStart(), room - indent.length - 4).split("\n");
  return pieces.map((piece, index) => indent + (index === 0 ? "" : "    ") + piece);
}

/** A drawing that is too wide goes on below, as a line of notes does. */
function panels(lines: readonly string[], room: number, terminal: Terminal): string[] {
  const rows = lines.map((line) => [...line]);
  const width = Math.max(...rows.map((row) => row.length));
  const shown: string[] = [];
  for (let from = 0; from < width; from += room) {
    if (from > 0) shown.push("", terminal.dim("… and on to the right:"), "");
    shown.push(
      ...rows.map((row) =>
        row
          .slice(from, from + room)
          .join("")
          .trimEnd(),
      ),
    );
  }
  return shown;
}
