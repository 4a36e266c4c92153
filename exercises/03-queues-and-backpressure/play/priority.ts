// Run it: npm run play 03 priority
//
// Four jobs are queued in one order and come out in another: the most urgent first, equals as they came.

import { setTimeout as sleep } from "node:timers/promises";
import { PriorityQueue } from "../ordered-queues.ts";

interface Job {
  name: string;
  /** 1 is the most urgent. */
  priority: number;
}

const queue = new PriorityQueue<Job>({ compare: (a, b) => a.priority - b.priority });

for (const job of [
  { priority: 3, name: "nightly-backup" },
  { priority: 1, name: "disk-full-alert" },
  { priority: 2, name: "access-log" },
  { priority: 1, name: "payment" },
]) {
  await queue.put(job);
  console.log(`queued      ${job.name} (priority ${job.priority})`);
}

console.log("\nMost urgent first:");
while (queue.size > 0) {
  const job = await queue.get();
  await sleep(300);
  console.log(`processed   ${job.name} (priority ${job.priority})`);
  queue.taskDone();
}
