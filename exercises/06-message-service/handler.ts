// The simulated work on one message. Whatever a real service did here, it would have to bear being
// called twice for the same message: SQS delivers each at least once.

import { setTimeout as sleep } from "node:timers/promises";
import type { Message } from "@aws-sdk/client-sqs";

/** How long the work takes: for most messages, and for one with the word "slow" in its body. */
const WORK_MS = 200;
const SLOW_WORK_MS = 5000;

/** Works for a while, and writes a line. A message with the word "poison" in its body always fails. */
export async function handleMessage({ MessageId = "", Body = "", Attributes }: Message): Promise<void> {
  const startedMs = performance.now();
  await sleep(Body.includes("slow") ? SLOW_WORK_MS : WORK_MS);
  if (Body.includes("poison")) throw new Error("This message cannot be handled, now or ever");

  const tookMs = Math.round(performance.now() - startedMs);
  const delivery = Attributes?.ApproximateReceiveCount ?? "1";
  console.log(`Handled ${MessageId}, delivery ${delivery}, ${tookMs} ms: ${JSON.stringify(Body.slice(0, 60))}`);
}
