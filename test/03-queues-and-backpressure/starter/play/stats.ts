// Run it: npm run play 03 stats
//
// Twenty items through a pool of three workers, and the figures of each worker.

import { setTimeout as sleep } from "node:timers/promises";
import { runWorkerPool } from "../worker-pool.ts";

const ITEMS = 20;

function* items(): Generator<number> {
  for (let item = 0; item < ITEMS; item++) yield item;
  console.log(`Producer done: it has handed over ${ITEMS} items.`);
}

const { workers, elapsedMs } = await runWorkerPool(
  items(),
  async (item, worker) => {
    // Uneven, but the same in every run, so that two runs can be compared.
    await sleep(100 + ((item * 130) % 300));
    if (item % 9 === 8) throw new Error(`item-${item} cannot be read`);
    console.log(`${worker}  item-${item}`);
  },
  { workers: 3, maxSize: 5 },
);

console.table(
  workers.map(({ name, processed, failed, averageMs }) => ({
    name,
    processed,
    failed,
    averageMs: Math.round(averageMs),
  })),
);
console.log(`${ITEMS} items in ${(elapsedMs / 1000).toFixed(2)} s.`);
