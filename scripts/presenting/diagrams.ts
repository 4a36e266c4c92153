// Diagrams of lessons, written in Mermaid: as SVG for the page, as text for the terminal, and as sentences for
// those who hear the page. The library takes a third of a second to load, so it is loaded where a text has one.

import stringWidth from "fast-string-width";
import type { Terminal } from "./terminal.ts";

export interface Diagram {
  /** What the source says in its line `accTitle: …`, which GitHub reads as well. */
  title: string;
  /** What happens, in the order of the source. */
  steps: Step[];
  /** In the page's colours, by the rules for `.diagram` in prose.css. `id` leads the ids in it. */
  svg(id: string): string;
  /** At most `room` columns wide. */
  lines(terminal: Terminal, room: number): string[];
}

export interface Step {
  from: string;
  /** Empty where something is noted of `from`. */
  to: string;
  label: string;
}

type Library = typeof import("beautiful-mermaid");

/** Makes a diagram of its source. */
export type DrawDiagram = (source: string) => Diagram;

export async function diagramDrawing(): Promise<DrawDiagram> {
  const library = await import("beautiful-mermaid");
  return (source) => diagramOf(source, library);
}

/** Whether a text is drawn with lines, boxes and arrows. */
export function isDrawing(text: string): boolean {
  return /[\u2500-\u257F\u25B2\u25B6\u25BC\u25C0]/.test(text);
}

/** A step as a sentence: "WAITING to IN FLIGHT: receive". */
export function stepInWords({ from, to, label }: Step): string {
  const where = to === "" ? from : to === from ? `${from} to itself` : `${from} to ${to}`;
  return label === "" ? where : `${where}: ${label}`;
}

function diagramOf(source: string, library: Library): Diagram {
  const lines = source
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("%%"));
  const title = lines.find((line) => line.startsWith(TITLE))?.slice(TITLE.length) ?? "";
  const body = lines.filter((line) => !line.startsWith(TITLE)).join("\n");
  const isSequence = body.startsWith("sequenceDiagram");
  const graph = isSequence ? null : library.parseMermaid(body);
  const steps = graph ? stepsOfGraph(graph) : stepsOfSequence(body);
  return {
    title,
    steps,
    svg: (id) =>
      graph
        ? ownSvg(library.renderMermaidSVG(laidForward(body, graph), SPACING), id, 0)
        : ownSvg(library.renderMermaidSVG(body), id, WHITE_AROUND_SEQUENCES),
    lines: (terminal, room) => {
      if (graph) return stepLines(steps, terminal, room);
      const drawn = library.renderMermaidASCII(body, { colorMode: "none" }).split("\n");
      const trimmed = drawn.map((line) => line.trimEnd());
      return trimmed.every((line) => stringWidth(line) <= room) ? trimmed : stepLines(steps, terminal, room);
    },
  };
}

const TITLE = "accTitle: ";

/** In the SVG's own units. The library's defaults leave more white than a lesson's column has. */
const SPACING = { padding: 8, nodeSpacing: 24, layerSpacing: 28 };

/** Sequences are drawn with 30 units of white around them, whatever is asked for. */
const WHITE_AROUND_SEQUENCES = 24;

function stepsOfGraph({ nodes, edges }: ReturnType<Library["parseMermaid"]>): Step[] {
  const name = (id: string) => oneLine(nodes.get(id)?.label || "●");
  return edges.map(({ source, target, label = "" }) => ({
    from: name(source),
    to: name(target),
    label: oneLine(label),
  }));
}

const PARTICIPANT = /^(?:participant|actor) (\S+)(?: as (.+))?$/;
const MESSAGE = /^(\S+?)\s*--?>>\s*(\S+?)\s*: (.+)$/;
const NOTE = /^Note (?:over|left of|right of) (\S+?): (.+)$/;

/** The library leaves out what it does not understand: here that is an error. */
function stepsOfSequence(body: string): Step[] {
  const names = new Map<string, string>();
  const name = (id = "") => names.get(id) ?? id;
  return body
    .split("\n")
    .slice(1)
    .flatMap((line): Step[] => {
      const [, id, alias] = PARTICIPANT.exec(line) ?? [];
      if (id) {
        names.set(id, alias ?? id);
        return [];
      }
      const [, from, to, label = ""] = MESSAGE.exec(line) ?? [];
      if (from) return [{ from: name(from), to: name(to), label: oneLine(label) }];
      const [, of, note = ""] = NOTE.exec(line) ?? [];
      if (of) return [{ from: name(of), to: "", label: oneLine(note) }];
      throw new Error(`Expected a participant, a message or a note in a sequence diagram, got \`${line}\``);
    });
}

function oneLine(label: string): string {
  return label.replaceAll(/\s*(?:<br\s*\/?>|\n)\s*/g, " ").trim();
}

/**
 * The layout sets a graph's nodes by its edges, and turns the order round where more edges lead back than
 * forward. So an edge that leads back to a node named before is laid out as a forward one, with its head at
 * its beginning: `F -->|release| W` becomes `W <---|release| F`.
 */
function laidForward(body: string, { nodes }: ReturnType<Library["parseMermaid"]>): string {
  const order = [...nodes.keys()];
  return body.replaceAll(
    /^([\w-]+)\s*-->(\|[^|]*\|)?\s*([\w-]+)$/gm,
    (edge, source: string, label: string | undefined, target: string) =>
      order.indexOf(source) > order.indexOf(target) ? `${target} <---${label ?? ""} ${source}` : edge,
  );
}

/** How much larger than drawn: its 11 and 13 units become sizes to read. */
const SCALE = 1.25;

/** The library measures letters of Inter. In a wider font they still fit their boxes at this size. */
const LETTERS = 0.92;

/** The library's SVG with nothing from elsewhere in it: no font, no colours of its own, no ids that others may have. */
function ownSvg(svg: string, id: string, cut: number): string {
  return svg
    .replace(/<style>[\s\S]*?<\/style>\n?/, "")
    .replace(/ *<marker id="arrowhead-start"[\s\S]*?<\/marker>\n?/, "")
    .replaceAll('orient="auto"', 'orient="auto-start-reverse"')
    .replaceAll("url(#arrowhead-start)", "url(#arrowhead)")
    .replaceAll(/ data-[a-z-]+="[^"]*"/g, "")
    .replaceAll(/="[^"]*"/g, (value) =>
      value.replaceAll(/\d+\.\d{2,}/g, (number) => String(+Number(number).toFixed(1))),
    )
    .replaceAll(/font-size="(\d+)"/g, (_all, size) => `font-size="${+(Number(size) * LETTERS).toFixed(1)}"`)
    .replaceAll(/(id="|url\(#)([\w-]+)/g, `$1${id}-$2`)
    .replace(/viewBox="0 0 ([\d.]+) ([\d.]+)" width="[^"]*" height="[^"]*" style="[^"]*"/, (_all, ...size) => {
      const [width = 0, height = 0] = size.map((length) => Number(length) - 2 * cut);
      return `viewBox="${cut} ${cut} ${width} ${height}" style="--width:${Math.round(width * SCALE)}px"`;
    })
    .replaceAll(/\n\s*/g, "");
}

/** A step a line, as arrows of one length, or of their own where that is too wide, or over two lines. */
function stepLines(steps: readonly Step[], terminal: Terminal, room: number): string[] {
  const widest = (part: keyof Step) => Math.max(...steps.map((step) => stringWidth(step[part])));
  const aligned = steps.map((step) => arrow(step, terminal, widest("from"), widest("label")));
  if (aligned.every((line) => stringWidth(line) <= room)) return aligned;
  return steps.flatMap((step) => {
    const line = arrow(step, terminal, 0, 0);
    if (stringWidth(line) <= room) return [line];
    const label = terminal.wrapTo(terminal.accent(step.label), room - 4).split("\n");
    return [arrow({ ...step, label: "" }, terminal, 0, 0), ...label.map((piece) => `    ${piece}`)];
  });
}

/** `WAITING ── receive ──▶ IN FLIGHT` */
function arrow({ from, to, label }: Step, terminal: Terminal, fromWidth: number, labelWidth: number): string {
  const name = from.padEnd(fromWidth + from.length - stringWidth(from));
  if (to === "") return label ? `${name}    ${terminal.accent(label)}` : name;
  const end = "─".repeat(Math.max(0, labelWidth - stringWidth(label)));
  if (label) return `${name} ${terminal.dim("──")} ${terminal.accent(label)} ${terminal.dim(`──${end}▶`)} ${to}`;
  return `${name} ${terminal.dim(`──${end && `────${end}`}▶`)} ${to}`;
}
