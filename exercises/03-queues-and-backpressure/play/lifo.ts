// Run it: npm run play 03 lifo
//
// Four items go in, and the newest comes out first.

import { LifoQueue } from "../ordered-queues.ts";

const queue = new LifoQueue<string>();

for (const item of ["old-1", "old-2", "recent-3", "latest-4"]) {
  await queue.put(item);
  console.log(`put   ${item}`);
}

console.log("\nNewest first:");
while (queue.size > 0) {
  console.log(`got   ${await queue.get()}`);
  queue.taskDone();
}
