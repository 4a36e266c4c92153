// The endpoint as a program beside a service: it has one queue with its dead letters, and ends with the
// process that has started it.

import { SqsEndpoint } from "./endpoint.ts";
import type { Engine } from "./engine.ts";
import { listen } from "./listening.ts";

/** What this program tells the one that has started it, once. */
export type EndpointTold = { kind: "listening"; queueUrl: string } | { kind: "failed"; why: string };

/** The queue that is there from the start. */
export const QUEUE_NAME = "messages";

/** After so many deliveries a message goes to the queue of dead letters. */
const MOST_RECEIVES = 3;

/** @param load Loads the file of the engine. The first argument of this process is the port. */
export async function serveInHere(load: () => Promise<object>): Promise<void> {
  // Ctrl+C in the terminal is for the service: its last deletes come after it.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => {});
  process.once("disconnect", () => process.exit(0));
  try {
    const endpoint = new SqsEndpoint({ engine: engineIn(await load()) });
    await listen(endpoint, { port: Number(process.argv[2]) });
    tell({ kind: "listening", queueUrl: await queueWithDeadLetters(endpoint) });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    tell({ kind: "failed", why: code === "EADDRINUSE" ? "another program listens there" : message });
  }
}

async function queueWithDeadLetters(endpoint: SqsEndpoint): Promise<string> {
  const { QueueUrl: deadUrl } = (await endpoint.answer("CreateQueue", { QueueName: `${QUEUE_NAME}-dead` })) as Named;
  const { Attributes } = (await endpoint.answer("GetQueueAttributes", {
    QueueUrl: deadUrl,
    AttributeNames: ["QueueArn"],
  })) as { Attributes: { QueueArn: string } };
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes.QueueArn, maxReceiveCount: MOST_RECEIVES });
  const named = await endpoint.answer("CreateQueue", { QueueName: QUEUE_NAME, Attributes: { RedrivePolicy } });
  return (named as Named).QueueUrl;
}

interface Named {
  QueueUrl: string;
}

/** The class among the exports that can do what an engine does. */
function engineIn(exports: object): Engine {
  const found = Object.values(exports).find(
    (one) => typeof one === "function" && "publish" in (one.prototype ?? {}) && "requeueExpired" in one.prototype,
  );
  if (!found) throw new Error("the file of its engine exports no class with publish and requeueExpired");
  return found as Engine;
}

function tell(told: EndpointTold): void {
  process.send?.(told);
}
