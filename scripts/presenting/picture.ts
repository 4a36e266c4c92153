// A terminal's screen as an SVG, light or dark as the reader likes it.

const CELL_WIDTH = 8.43;
const LINE_HEIGHT = 20;
const MARGIN = 20;

/** The colours that screens use, by their escape codes. */
const CLASSES: Record<string, string> = { 1: "bold", 2: "dim", 31: "bad", 32: "good", 33: "open", 36: "accent" };

const STYLE = `
  .paper { fill: #ffffff; stroke: #d0d7de } text { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2328 }
  .bold { font-weight: 700 } .dim { fill: #59636e } .bad { fill: #c4141f } .good { fill: #116329 } .open { fill: #7d4e00 } .accent { fill: #0550ae }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117; stroke: #3d444d } text { fill: #e6edf3 }
    .dim { fill: #9198a1 } .bad { fill: #ff7b72 } .good { fill: #56d364 } .open { fill: #e3b341 } .accent { fill: #79c0ff }
  }`;

/** @param screen Text with the escape codes of {@link CLASSES}. */
export function pictureOf(screen: string, title: string): string {
  const lines = screen.trimEnd().split("\n");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for.
  const columns = Math.max(...lines.map((line) => line.replace(/\u001B\[\d+m/g, "").length));
  const width = Math.ceil(columns * CELL_WIDTH + 2 * MARGIN);
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
  const spans = spanWriter();
  const rows = lines.map(
    (line, index) => `<text x="${MARGIN}" y="${MARGIN + 14 + index * LINE_HEIGHT}">${spans(line)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>${STYLE}
</style>
<rect class="paper" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${rows.join("\n")}
</svg>
`;
}

/**
 * Writes line after line: a colour stays on until it is ended, over the end of a line too. Each piece
 * stands at the column that it has on the terminal, whatever the font and however spaces are folded.
 */
function spanWriter(): (line: string) => string {
  let open = new Set<string>();
  return (line) => {
    let text = "";
    let column = 0;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for.
    for (const part of line.split(/(\u001B\[\d+m)/)) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for.
      const code = /^\u001B\[(\d+)m$/.exec(part)?.[1];
      if (code === undefined) {
        const at = (MARGIN + (column + part.length - part.trimStart().length) * CELL_WIDTH).toFixed(2);
        if (part.trim()) text += `<tspan x="${at}" class="${[...open].join(" ")}">${escaped(part.trim())}</tspan>`;
        column += part.length;
      } else if (CLASSES[code]) open.add(CLASSES[code]);
      else if (code === "39") open = new Set([...open].filter((name) => name === "bold" || name === "dim"));
      else if (code === "22") open = new Set([...open].filter((name) => name !== "bold" && name !== "dim"));
    }
    return text;
  };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll(" ", "\u00A0").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
