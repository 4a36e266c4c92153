// Run it: npm run play 01
//
// Ten messages, fetched four at a time, in real time. Change the numbers and run it again.

import { InMemoryQueue } from "./in-memory-queue.ts";

const queue = new InMemoryQueue(Array.from({ length: 10 }, (_, index) => `msg-${index}`));
const startedMs = performance.now();
let roundTrips = 0;

for (;;) {
  const batch = await queue.receiveBatch(4);
  roundTrips += 1;
  if (batch.length === 0) break;
  for (const message of batch) console.log(`Processed: ${message}`);
}

const elapsedMs = Math.round(performance.now() - startedMs);
console.log(`Drained in ${roundTrips} round trips and ${elapsedMs} ms.`);
