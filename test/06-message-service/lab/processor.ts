// The process in which the learner's queue processor runs, in lesson 06's lab: it may die, and be started
// again, and it looks at an SQS that fails for a while.

import type { Stage } from "../../../scripts/lab/stage.ts";
import type { Breaches } from "../../05-task-service/lab/breaches.ts";
import { isNotWritten } from "../../05-task-service/lab/door.ts";
import type { Hands } from "./hands.ts";
import type { Polls } from "./polls.ts";
import type { MessageQueue } from "./queue.ts";
import { type LabSqs, OUTAGE_AT_MS, QUEUE_URL } from "./sqs.ts";
import type { Workers } from "./workers.ts";

type Given = typeof import("#lesson/06-message-service/queue-processor.ts");

/** How long nobody is there after a crash. */
const RESTART_MS = 2_000;

/** So many receives a second are still a pause that is meant. */
const MOST_TRIES_PER_SECOND = 5;

/** What of the lab has to do with the process. */
interface Surroundings {
  readonly sqs: LabSqs;
  readonly queue: MessageQueue;
  readonly workers: Workers;
  readonly hands: Hands;
  readonly polls: Polls;
  readonly breaches: Breaches;
}

export class Processor {
  readonly #given: Given;
  readonly #stage: Stage;
  readonly #around: Surroundings;

  /** Whether it runs: it is written, and has not died. */
  isThere = true;

  constructor(given: Given, stage: Stage, around: Surroundings) {
    this.#given = given;
    this.#stage = stage;
    this.#around = around;
  }

  /** Runs it, through a crash if there is one. Resolves to whether it is written. */
  async run(): Promise<boolean> {
    const { crashAtS = 0 } = this.#stage.knobs;
    void this.#seeOutage();
    const firstLife = new AbortController();
    const ended = this.#live(firstLife.signal);
    if (crashAtS === 0) return ended;
    const crash = this.#stage.wait(crashAtS * 1000);
    if (!(await Promise.race([ended, crash.then(() => true)]))) return false;
    await crash;
    firstLife.abort();
    this.#around.workers.die();
    this.isThere = false;
    await this.#stage.wait(RESTART_MS);
    this.#around.hands.restart();
    this.isThere = true;
    return this.#live(new AbortController().signal);
  }

  /** One life of the process: it ends with `life`, and resolves before that where the code does. */
  async #live(life: AbortSignal): Promise<boolean> {
    const { sqs, queue, workers, hands, polls } = this.#around;
    const options = {
      sqs: sqs.clientOf(life, { asks: (most) => polls.begin(most) }),
      queueUrl: QUEUE_URL,
      handler: workers.handlerOn(queue),
      signal: this.#stage.signal,
      maxWorkers: hands.size,
      onError: () => {},
    };
    try {
      await this.#stage.calls("runQueueProcessor(…)", () => this.#given.runQueueProcessor(options));
      this.#tellEnd(life, "has resolved");
    } catch (error) {
      if (isNotWritten(error)) {
        this.isThere = false;
        return false;
      }
      this.#tellEnd(life, `has rejected with ${error}`);
    }
    return true;
  }

  #tellEnd(life: AbortSignal, what: string): void {
    if (life.aborted || this.#stage.signal.aborted) return;
    const text = `runQueueProcessor ${what}. It goes on until its signal aborts, whatever fails.`;
    this.#around.breaches.tell("ended", text);
  }

  async #seeOutage(): Promise<void> {
    const { outageS = 0 } = this.#stage.knobs;
    if (outageS === 0) return;
    await this.#stage.wait(OUTAGE_AT_MS);
    const text = `SQS fails for ${outageS} s: whatever is asked of it is answered with ServiceUnavailable.`;
    this.#stage.note({ kind: "says", text });
    const before = this.#around.polls.failures;
    await this.#stage.wait(outageS * 1000);
    const tries = this.#around.polls.failures - before;
    this.#stage.note({ kind: "says", text: `SQS is back. Meanwhile the processor has tried ${tries} receives.` });
    if (tries <= outageS * MOST_TRIES_PER_SECOND) return;
    const hot = `${tries} receives have failed in ${outageS} s: after a failure there is no pause, or none that grows.`;
    this.#around.breaches.tell("no pause", hot);
  }
}
