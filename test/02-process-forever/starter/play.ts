// Run it: npm run play 02
//
// Ten messages, a handler that takes half a second, and a stop after five seconds, in real time.

import { setTimeout as sleep } from "node:timers/promises";
// The queue of lesson 01 as its reference solution has it. Yours is done? Then import
// "../01-batch-receive/in-memory-queue.ts" instead.
import { InMemoryQueue } from "#solution/01-batch-receive/in-memory-queue.ts";
import { processForever } from "./process-forever.ts";

const queue = new InMemoryQueue(Array.from({ length: 10 }, (_, index) => `msg-${index}`));
const startedMs = performance.now();
const seconds = () => ((performance.now() - startedMs) / 1000).toFixed(1);

const exampleHandler = async (message: string): Promise<void> => {
  await sleep(500);
  console.log(`${seconds()} s  Processed: ${message}`);
};

const controller = new AbortController();
const running = processForever(queue, exampleHandler, { signal: controller.signal });

// `race`: a loop that ends or fails before its time is reported at once.
await Promise.race([sleep(5000), running]);
console.log(`${seconds()} s  Stopping…`);
controller.abort();
await running;
console.log(`${seconds()} s  Stopped.`);
