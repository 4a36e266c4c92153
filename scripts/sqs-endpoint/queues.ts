// The queues of an endpoint, by name, by URL and by ARN.

import type { Engine } from "./engine.ts";
import { SqsError } from "./errors.ts";
import { SqsQueue } from "./queue.ts";
import {
  attributesIn,
  DEFAULT_ATTRIBUTES,
  invalidPolicy,
  noFifo,
  type QueueAttributes,
  shown,
} from "./queue-attributes.ts";

/** All that is here belongs to one account, in one region: nobody else's requests arrive. */
const ACCOUNT = "000000000000";
const ARN_PREFIX = `arn:aws:sqs:us-east-1:${ACCOUNT}:`;

/** "You must wait 60 seconds after deleting a queue before you can create another queue with the same name." */
const BEFORE_THE_SAME_NAME_MS = 60_000;

export class Queues {
  readonly #engine: Engine;
  readonly #baseUrl: () => string;
  readonly #byName = new Map<string, SqsQueue>();

  /** When those that are gone were deleted, on the clock of `performance.now()`. */
  readonly #deletedAtMs = new Map<string, number>();

  constructor(engine: Engine, baseUrl: () => string) {
    this.#engine = engine;
    this.#baseUrl = baseUrl;
  }

  get all(): SqsQueue[] {
    return [...this.#byName.values()];
  }

  /** CreateQueue: one that exists and has the attributes that are given is as good as a new one. */
  create(name: string, given: Record<string, string>): SqsQueue {
    if (name.endsWith(".fifo")) throw noFifo();
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
      throw new SqsError(
        "InvalidParameterValue",
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
      );
    }
    const existing = this.#byName.get(name);
    const attributes = this.#checked(name, given, existing?.attributes ?? DEFAULT_ATTRIBUTES);
    if (existing) return sameAs(existing, attributes);

    const deletedAtMs = this.#deletedAtMs.get(name) ?? Number.NEGATIVE_INFINITY;
    if (performance.now() - deletedAtMs < BEFORE_THE_SAME_NAME_MS) {
      throw new SqsError(
        "QueueDeletedRecently",
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
      );
    }
    const queue = new SqsQueue({
      name,
      arn: ARN_PREFIX + name,
      engine: this.#engine,
      attributes,
      queueOf: (arn) => this.#ofArn(arn),
    });
    this.#byName.set(name, queue);
    this.#deletedAtMs.delete(name);
    return queue;
  }

  /** SetQueueAttributes. */
  change(queue: SqsQueue, given: Record<string, string>): void {
    queue.attributes = this.#checked(queue.name, given, queue.attributes);
  }

  /** DeleteQueue. Those who wait for a message of it are told. */
  delete(queue: SqsQueue): void {
    this.#byName.delete(queue.name);
    this.#deletedAtMs.set(queue.name, performance.now());
    queue.end(doesNotExist());
  }

  ofName(name: string): SqsQueue {
    const queue = this.#byName.get(name);
    if (!queue) throw doesNotExist();
    return queue;
  }

  /** Under whatever host it was reached: the account and the name tell a queue from the others. */
  ofUrl(url: string): SqsQueue {
    if (!URL.canParse(url)) throw new SqsError("InvalidAddress", `The address ${url} is not valid for this endpoint.`);
    const [, account, name = "", ...rest] = new URL(url).pathname.split("/");
    if (account !== ACCOUNT || rest.length > 0) throw doesNotExist();
    return this.ofName(name);
  }

  urlOf(queue: SqsQueue): string {
    return `${this.#baseUrl()}/${ACCOUNT}/${queue.name}`;
  }

  #ofArn(arn: string): SqsQueue | undefined {
    return arn.startsWith(ARN_PREFIX) ? this.#byName.get(arn.slice(ARN_PREFIX.length)) : undefined;
  }

  /** `current` with what is `given`, for the queue called `name`. */
  #checked(name: string, given: Record<string, string>, current: QueueAttributes): QueueAttributes {
    const attributes = { ...current, ...attributesIn(given) };
    const target = attributes.RedrivePolicy?.deadLetterTargetArn;
    if (given.RedrivePolicy && target !== undefined) {
      if (target === ARN_PREFIX + name)
        throw invalidPolicy(given.RedrivePolicy, "A queue cannot be its own dead letter queue.");
      if (!this.#ofArn(target)) throw invalidPolicy(given.RedrivePolicy, "Dead letter target does not exist.");
    }
    return attributes;
  }
}

function sameAs(existing: SqsQueue, attributes: QueueAttributes): SqsQueue {
  const wanted = shown(attributes);
  const has = shown(existing.attributes);
  const other = Object.keys(wanted).find((name) => wanted[name] !== has[name]);
  if (other === undefined) return existing;
  throw new SqsError(
    "QueueNameExists",
    `A queue already exists with the same name and a different value for attribute ${other}`,
  );
}

function doesNotExist(): SqsError {
  return new SqsError("QueueDoesNotExist", "The specified queue does not exist.");
}
