// Run it: npm run play 03 retry
//
// An API fails four times out of ten; what failed is tried again before anything new.

import { setTimeout as sleep } from "node:timers/promises";
import { processWithRetries } from "../priority-retry.ts";

// The same calls fail in every run, so that two runs can be compared. Fewer attempts? More workers?
const FAILING_CALLS = new Set([1, 4, 5, 8]);
const OPTIONS = { workers: 2, maxAttempts: 5 };

const startedMs = performance.now();
const say = (text: string) => console.log(`${((performance.now() - startedMs) / 1000).toFixed(1)} s  ${text}`);
let calls = 0;

async function unreliableApi(request: string): Promise<string> {
  const call = ++calls;
  await sleep(300);
  if (FAILING_CALLS.has(call)) {
    say(`call ${call}: ${request} failed`);
    throw new Error("503 Service Unavailable");
  }
  say(`call ${call}: ${request} succeeded`);
  return `answer to ${request}`;
}

const { succeeded, failed } = await processWithRetries(["req-A", "req-B", "req-C", "req-D"], unreliableApi, OPTIONS);

console.log();
for (const { value, attempts } of succeeded) console.log(`${value}, calls: ${attempts}`);
for (const { item, error, attempts } of failed) console.log(`${item} given up, calls: ${attempts}, ${error}`);
