// Run it: npm run play 03 worker-pool
//
// Three workers share one queue and ten items; who is free takes the next.

import { setTimeout as sleep } from "node:timers/promises";
import { AsyncQueue } from "../async-queue.ts";

const WORKERS = 3;
const ITEMS = 10;

const queue = new AsyncQueue<number>({ maxSize: 5 });
const closing = new AbortController();
const startedMs = performance.now();
const say = (text: string) => console.log(`${((performance.now() - startedMs) / 1000).toFixed(1)} s  ${text}`);

// Uneven, but the same in every run, so that two runs can be compared.
const producingMs = (item: number) => 100 + ((item * 70) % 200);
const workingMs = (item: number) => 300 + ((item * 430) % 700);

async function work(name: string): Promise<never> {
  for (;;) {
    const item = await queue.get({ signal: closing.signal });
    say(`${name}  processing item-${item}, for ${workingMs(item)} ms`);
    await sleep(workingMs(item));
    say(`${name}  done with item-${item}`);
    queue.taskDone();
  }
}

const working = Array.from({ length: WORKERS }, (_, index) => work(`W${index}`));
for (let item = 0; item < ITEMS; item++) {
  await sleep(producingMs(item));
  await queue.put(item);
  say(`producer  put item-${item}`);
}
await queue.join();
say(`${ITEMS} items, ${WORKERS} workers.`);

closing.abort();
await Promise.allSettled(working);
