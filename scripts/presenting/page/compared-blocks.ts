// Two files as blocks, side by side: lines that both have, and places where each has its own.

import { diffLines } from "diff";

/** Lines of one file, and the number of the first. */
export interface Part {
  from: number;
  lines: string[];
}

export interface Block {
  kind: "same" | "different";
  yours: Part;
  reference: Part;
}

export function comparedBlocks(yours: string, reference: string): Block[] {
  const blocks: Block[] = [];
  let line = 1;
  let referenceLine = 1;
  for (const { value, added, removed } of diffLines(closed(yours), closed(reference))) {
    const lines = value.split("\n").slice(0, -1);
    const kind = added || removed ? "different" : "same";
    let block = blocks.at(-1);
    if (block?.kind !== kind) {
      block = { kind, yours: { from: line, lines: [] }, reference: { from: referenceLine, lines: [] } };
      blocks.push(block);
    }
    if (!added) block.yours.lines.push(...lines);
    if (!removed) block.reference.lines.push(...lines);
    if (!added) line += lines.length;
    if (!removed) referenceLine += lines.length;
  }
  return joined(blocks);
}

/** A file that does not end with its last line's end differs from one that does in that line, for the eye in nothing. */
function closed(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/** A bracket or an empty line that two changes happen to share does not part them: one change is read more easily than three. */
function joined(blocks: readonly Block[]): Block[] {
  const together: Block[] = [];
  for (const [index, block] of blocks.entries()) {
    const before = together.at(-1);
    const isBetween = before?.kind === "different" && blocks[index + 1]?.kind === "different";
    const isTrifle = block.yours.lines.length <= 2 && block.yours.lines.every((line) => /^[\s{}()[\];,]*$/.test(line));
    const joins = before?.kind === "different" && (block.kind === "different" || (isBetween && isTrifle));
    if (before && joins) {
      before.yours.lines.push(...block.yours.lines);
      before.reference.lines.push(...block.reference.lines);
    } else {
      together.push(block);
    }
  }
  return together;
}
