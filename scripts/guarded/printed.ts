// What the learner's code prints: passed on as it comes, cut where it floods, and never mixed into
// what the grader is told.

import { tell } from "./channel.ts";

/** What is passed on of one check's output. */
const MOST_KEPT = 4_000;
/** An output without end: the process is stopped for it. */
const MOST_ALTOGETHER = 8_000_000;

let altogether = 0;
let inThisCheck = 0;

/** From now on everything written to standard output and standard error goes to the grader. */
export function capturePrinted(exit: (code: number) => never): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = (chunk: unknown, encoding?: unknown, done?: unknown): boolean => {
      const text = typeof chunk === "string" ? chunk : Buffer.from(chunk as Uint8Array).toString("utf8");
      keep(text, exit);
      const callback = [encoding, done].find((argument) => typeof argument === "function");
      if (callback) queueMicrotask(callback as () => void);
      return true;
    };
    stream.write = write as typeof stream.write;
  }
}

/** Each check may print anew. */
export function beginPrinting(): void {
  inThisCheck = 0;
}

function keep(text: string, exit: (code: number) => never): void {
  altogether += text.length;
  if (altogether > MOST_ALTOGETHER) {
    tell({ kind: "flooded", megabytes: MOST_ALTOGETHER / 1e6 });
    exit(1);
  }
  if (inThisCheck > MOST_KEPT) return;
  const room = MOST_KEPT - inThisCheck;
  inThisCheck += text.length;
  tell({ kind: "printed", text: text.length > room ? `${text.slice(0, room)}\n… (the rest is cut)\n` : text });
}
