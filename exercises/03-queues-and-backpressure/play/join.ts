// Run it: npm run play 03 join
//
// Five items are put at once, and join() waits until the last of them is processed.

import { setTimeout as sleep } from "node:timers/promises";
import { AsyncQueue } from "../async-queue.ts";

const queue = new AsyncQueue<number>();
const closing = new AbortController();
const startedMs = performance.now();
const say = (text: string) => console.log(`${((performance.now() - startedMs) / 1000).toFixed(1)} s  ${text}`);

async function consume(): Promise<never> {
  for (;;) {
    const item = await queue.get({ signal: closing.signal });
    await sleep(300);
    say(`processed ${item} | size ${queue.size}`);
    queue.taskDone();
  }
}

const consuming = consume();
for (let item = 0; item < 5; item++) {
  await queue.put(item);
  say(`put ${item} | size ${queue.size}`);
}

// At 1.2 s the queue is empty, and its last item is still being worked on: join waits for that too.
await queue.join();
say("All five are processed.");

// The consumer waits for a sixth item. The abort is its way out, so its rejection is no error here.
closing.abort();
await Promise.allSettled([consuming]);
