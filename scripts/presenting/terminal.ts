// What a terminal can show: colours, links, a width. Screens are made for one of these, and where
// nothing is known of the reader (a pipe, a file, NO_COLOR) they are plain text.

import { pathToFileURL } from "node:url";
import { wrapAnsi } from "fast-wrap-ansi";
import pc from "picocolors";
import { createSupportsHyperlinks } from "supports-hyperlinks";

export interface Terminal {
  readonly width: number;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  open(text: string): string;
  accent(text: string): string;
  /** `text`, clickable where the terminal can. */
  link(text: string, file: string, line?: number): string;
  /** Wrapped to the width, each line led by `indent`. */
  wrap(text: string, indent?: string): string;
  /** Wrapped to a width of its own. */
  wrapTo(text: string, width: number): string;
}

/** No line is longer, however wide the terminal: text is read, not scanned. */
const WIDEST = 100;

export interface Abilities {
  colors: boolean;
  links: boolean;
  width: number;
}

export function terminalWith({ colors, links, width }: Abilities): Terminal {
  const color = pc.createColors(colors);
  const wrap = (text: string, indent = "") =>
    wrapAnsi(text, Math.max(20, width - indent.length), { hard: false })
      .split("\n")
      .map((line) => (line.trim() === "" ? "" : indent + line))
      .join("\n");
  return {
    width,
    bold: color.bold,
    dim: color.dim,
    good: color.green,
    bad: color.red,
    open: color.yellow,
    accent: color.cyan,
    link: (text, file, line) => (links ? hyperlink(text, `${pathToFileURL(file)}${line ? `#L${line}` : ""}`) : text),
    wrap,
    wrapTo: (text, room) => wrapAnsi(text, room, { hard: true }),
  };
}

/** The terminal behind `stream`. */
export function terminalOf(stream: NodeJS.WriteStream): Terminal {
  const isTerminal = stream.isTTY === true;
  const noColor = (process.env.NO_COLOR ?? "") !== "" || process.env.TERM === "dumb";
  return terminalWith({
    colors: isTerminal && !noColor,
    links: isTerminal && createSupportsHyperlinks(stream),
    width: Math.min(WIDEST, (isTerminal && stream.columns) || WIDEST),
  });
}

function hyperlink(text: string, url: string): string {
  return `\u001B]8;;${url}\u0007${text}\u001B]8;;\u0007`;
}
