// What a check does to the queue, and a line for each in its timeline.

import { note } from "../support/stage.ts";
import { show } from "../support/words.ts";
import type { Message, Queue } from "./visibility-subject.ts";

/** Publishes each of `bodies`. */
export function publish(queue: Pick<Queue, "publish">, ...bodies: string[]): void {
  for (const body of bodies) {
    note("producer", `publishes ${show(body)}`);
    queue.publish(body);
  }
}

export function ack(queue: Pick<Queue, "ack">, { body, receipt }: Message): void {
  note("consumer", `acks ${show(body)}`);
  queue.ack(receipt);
}

export function release(queue: Pick<Queue, "release">, { body, receipt }: Message): void {
  note("consumer", `releases ${show(body)}`);
  queue.release(receipt);
}

export function extend(queue: Pick<Queue, "extend">, { body, receipt }: Message, visibilityTimeoutMs: number): void {
  note("consumer", `extends ${show(body)} to ${visibilityTimeoutMs} ms from now`);
  queue.extend(receipt, visibilityTimeoutMs);
}

/** @returns What it says came back. */
export function requeueExpired(queue: Pick<Queue, "requeueExpired">): number {
  note("monitor", "requeueExpired()");
  return queue.requeueExpired();
}
