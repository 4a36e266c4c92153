// Run it: npm run play 03 backpressure
//
// A fast producer, a slow consumer and a maxSize of 3: the queue slows the producer down.

import { setTimeout as sleep } from "node:timers/promises";
import { AsyncQueue } from "../async-queue.ts";

// Your turn: what changes with a maxSize of 1? And without one?
const queue = new AsyncQueue<number>({ maxSize: 3 });
const closing = new AbortController();
const startedMs = performance.now();
const say = (text: string) => console.log(`${((performance.now() - startedMs) / 1000).toFixed(1)} s  ${text}`);

async function consume(): Promise<never> {
  for (;;) {
    const item = await queue.get({ signal: closing.signal });
    await sleep(500);
    say(`          consumed ${item}`);
    queue.taskDone();
  }
}

const consuming = consume();
for (let item = 0; item < 10; item++) {
  await queue.put(item);
  say(`produced ${item} | size ${queue.size}`);
}
await queue.join();
say("All ten are consumed. The producer was as fast as the consumer, from its fifth item on.");

closing.abort();
await Promise.allSettled([consuming]);
