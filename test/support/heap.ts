// What is held in memory, for claims that nothing is left behind. All garbage is collected first, so the
// figure depends on what is reachable and on nothing else.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | undefined;

/** Bytes of the heap that are in use. */
export function heldBytes(): number {
  if (!collect) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
