// Run it: npm run play 03 producer-consumer
//
// One producer puts four tasks and then a stop signal, one consumer takes them.

import { setTimeout as sleep } from "node:timers/promises";
import { AsyncQueue } from "../async-queue.ts";

/** The stop signal: an item like any other to the queue, and the last one for its consumer. */
const STOP = null;

const queue = new AsyncQueue<string | typeof STOP>();
const startedMs = performance.now();
const say = (text: string) => console.log(`${((performance.now() - startedMs) / 1000).toFixed(1)} s  ${text}`);

async function produce(tasks: string[]): Promise<void> {
  for (const task of tasks) {
    await sleep(200);
    await queue.put(task);
    say(`producer  put ${task} | size ${queue.size}`);
  }
  await queue.put(STOP);
}

async function consume(): Promise<void> {
  for (;;) {
    const task = await queue.get();
    if (task === STOP) break;
    say(`consumer  processing ${task}`);
    await sleep(500);
    queue.taskDone();
    say(`consumer  done with ${task}`);
  }
  queue.taskDone();
  say("consumer  got the stop signal");
}

await Promise.all([produce(["task-A", "task-B", "task-C", "task-D"]), consume()]);
say("Both have ended.");
