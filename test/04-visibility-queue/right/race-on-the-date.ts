// A right answer: a race of `node:timers/promises` and a message, on the clock of `Date.now()`. Who loses it is marked at once.

import { setTimeout as sleep } from "node:timers/promises";

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly receipt: string;
  readonly receiveCount: number;
}

export class UnknownReceiptError extends Error {
  override readonly name = "UnknownReceiptError";
}

interface QueueOptions {
  visibilityTimeoutMs?: number;
  maxReceives?: number;
  deadLetters?: VisibilityQueue;
}

interface ReceiveOptions {
  timeoutMs?: number;
  signal?: AbortSignal;
}

interface Stored {
  readonly id: string;
  readonly body: string;
  receiveCount: number;
}

class Delivery {
  dueMs = 0;

  constructor(
    readonly message: Stored,
    readonly receipt: string,
  ) {}

  lastFor(durationMs: number): this {
    this.dueMs = Date.now() + durationMs;
    return this;
  }
}

class Wait {
  isOver = false;
  #hand: (message: Message) => void = () => {};
  readonly coming = new Promise<Message>((resolve) => {
    this.#hand = resolve;
  });

  hand(message: Message): void {
    this.isOver = true;
    this.#hand(message);
  }
}

export class VisibilityQueue {
  #waiting: Stored[] = [];
  #waits: Wait[] = [];
  #deliveries: Delivery[] = [];
  #numbers = 0;
  #visibilityTimeoutMs = 5000;
  #maxReceives = Number.POSITIVE_INFINITY;
  #bury: (message: Stored) => void;

  constructor(options: QueueOptions = {}) {
    if (options.visibilityTimeoutMs !== undefined) {
      this.#visibilityTimeoutMs = positive("visibilityTimeoutMs", options.visibilityTimeoutMs);
    }
    if (options.maxReceives !== undefined) {
      this.#maxReceives = positive("maxReceives", options.maxReceives);
      if (this.#maxReceives !== Math.trunc(this.#maxReceives) || this.#maxReceives === 0)
        throw new RangeError("maxReceives");
    }
    this.#bury = ({ body }) => void options.deadLetters?.publish(body);
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get inFlight(): number {
    return this.#deliveries.length;
  }

  publish(body: string): string {
    const message = { id: this.#next("message"), body, receiveCount: 0 };
    this.#waiting.push(message);
    this.#serve();
    return message.id;
  }

  async receive({ timeoutMs = 10_000, signal }: ReceiveOptions = {}): Promise<Message | null> {
    positive("timeoutMs", timeoutMs);
    signal?.throwIfAborted();
    const wait = new Wait();
    this.#waits.push(wait);
    this.#serve();
    if (wait.isOver) return wait.coming;
    if (timeoutMs === 0) {
      wait.isOver = true;
      return null;
    }

    const decided = new AbortController();
    const abort = () => {
      // A message may have been handed over in this very turn: then the wait has ended well.
      if (!wait.isOver) decided.abort(signal?.reason);
      wait.isOver = true;
    };
    signal?.addEventListener("abort", abort);
    try {
      return await Promise.race([wait.coming, late(wait, timeoutMs, decided.signal)]);
    } finally {
      signal?.removeEventListener("abort", abort);
      decided.abort();
    }
  }

  ack(receipt: string): void {
    this.#end(this.#find(receipt));
  }

  requeueExpired(): number {
    const nowMs = Date.now();
    const expired = this.#deliveries.filter(({ dueMs }) => dueMs <= nowMs);
    for (const delivery of expired) this.#end(delivery);
    return this.#back(expired);
  }

  release(receipt: string): void {
    const delivery = this.#find(receipt);
    this.#end(delivery);
    this.#back([delivery]);
  }

  extend(receipt: string, visibilityTimeoutMs: number): void {
    positive("visibilityTimeoutMs", visibilityTimeoutMs);
    this.#find(receipt).lastFor(visibilityTimeoutMs);
  }

  #serve(): void {
    this.#waits = this.#waits.filter(({ isOver }) => !isOver);
    while (this.#waits.length > 0 && this.#waiting.length > 0) {
      const message = this.#waiting.shift() as Stored;
      message.receiveCount += 1;
      const delivery = new Delivery(message, this.#next("receipt")).lastFor(this.#visibilityTimeoutMs);
      this.#deliveries.push(delivery);
      this.#waits.shift()?.hand({ ...message, receipt: delivery.receipt });
    }
  }

  #back(deliveries: Delivery[]): number {
    const messages = deliveries.map(({ message }) => message);
    const alive = messages.filter(({ receiveCount }) => receiveCount < this.#maxReceives);
    messages.filter((message) => !alive.includes(message)).forEach(this.#bury);
    this.#waiting = alive.concat(this.#waiting);
    this.#serve();
    return alive.length;
  }

  #find(receipt: string): Delivery {
    for (const delivery of this.#deliveries) if (delivery.receipt === receipt) return delivery;
    throw new UnknownReceiptError(receipt);
  }

  #end(delivery: Delivery): void {
    this.#deliveries = this.#deliveries.filter((one) => one !== delivery);
  }

  #next(what: string): string {
    this.#numbers += 1;
    return `${what} ${this.#numbers}`;
  }
}

/** `null` once `ms` are over; rejects when the signal aborts. */
async function late(wait: Wait, ms: number, signal: AbortSignal): Promise<null> {
  try {
    if (ms === Number.POSITIVE_INFINITY) await new Promise((resolve) => signal.addEventListener("abort", resolve));
    else await sleep(ms, undefined, { signal });
  } catch {
    // The reason is thrown below.
  }
  signal.throwIfAborted();
  wait.isOver = true;
  return null;
}

function positive(name: string, value: number): number {
  if (Number.isNaN(value) || value < 0) throw new RangeError(`${name}: ${value}`);
  return value;
}
