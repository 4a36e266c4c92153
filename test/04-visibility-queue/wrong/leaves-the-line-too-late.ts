// Misconception: A `finally` after the race takes the receiver out of the line in time.
// Way out: It runs some microtasks after the abort, and a publish can come before it. Who gets that message?
// Must fail: 04.1 in every order of publish, receive, abort and timeout, each message goes to the receiver it is owed to
// Must fail: 04.4 in every order of publish, receive, abort and ack, no receiver sleeps while a message waits

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly receipt: string;
  readonly receiveCount: number;
}

/** Thrown where a receipt is of no delivery in flight. */
export class UnknownReceiptError extends Error {
  constructor(receipt: string) {
    super(`No delivery in flight has the receipt ${receipt}`);
    this.name = "UnknownReceiptError";
  }
}

type Stored = { readonly id: string; readonly body: string; readonly received: number };
type Delivery = { readonly message: Stored; dueMs: number };

/** A queue whose messages stay in it until they are acked. */
export class VisibilityQueue {
  readonly #line: Stored[] = [];
  readonly #inFlight = new Map<string, Delivery>();
  readonly #receivers = new Set<(message: Message) => void>();
  readonly #timeoutMs: number;
  readonly #maxReceives: number;
  readonly #deadLetters?: VisibilityQueue;

  constructor({
    visibilityTimeoutMs = 5000,
    maxReceives = Number.POSITIVE_INFINITY,
    deadLetters,
  }: { visibilityTimeoutMs?: number; maxReceives?: number; deadLetters?: VisibilityQueue } = {}) {
    const isWhole = Number.isInteger(maxReceives) || maxReceives === Number.POSITIVE_INFINITY;
    if (Number.isNaN(visibilityTimeoutMs) || visibilityTimeoutMs < 0) throw new RangeError("visibilityTimeoutMs");
    if (!isWhole || maxReceives < 1) throw new RangeError("maxReceives");
    this.#timeoutMs = visibilityTimeoutMs;
    this.#maxReceives = maxReceives;
    this.#deadLetters = deadLetters;
  }

  get waiting(): number {
    return this.#line.length;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  publish(body: string): string {
    const id = crypto.randomUUID();
    this.#line.push({ id, body, received: 0 });
    this.#handOver();
    return id;
  }

  async receive({
    timeoutMs = 10_000,
    signal,
  }: {
    timeoutMs?: number;
    signal?: AbortSignal;
  } = {}): Promise<Message | null> {
    if (Number.isNaN(timeoutMs) || timeoutMs < 0) throw new RangeError("timeoutMs");
    signal?.throwIfAborted();
    const first = this.#line.shift();
    if (first) return this.#lend(first);
    if (timeoutMs === 0) return null;
    let onMessage: (message: Message) => void = () => {};
    let onAbort = () => {};
    let timer: NodeJS.Timeout | undefined;
    const coming = new Promise<Message>((resolve) => {
      onMessage = (message) => {
        this.#receivers.delete(onMessage);
        resolve(message);
      };
      this.#receivers.add(onMessage);
    });
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal?.reason);
      signal?.addEventListener("abort", onAbort);
    });
    const late = new Promise<null>((resolve) => {
      if (Number.isFinite(timeoutMs)) timer = setTimeout(resolve, timeoutMs, null);
    });
    try {
      return await Promise.race([coming, aborted, late]);
    } finally {
      this.#receivers.delete(onMessage);
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  ack(receipt: string): void {
    if (!this.#inFlight.delete(receipt)) throw new UnknownReceiptError(receipt);
  }

  requeueExpired(): number {
    const nowMs = performance.now();
    const back: Stored[] = [];
    for (const [receipt, { message, dueMs }] of this.#inFlight) {
      if (dueMs > nowMs) continue;
      this.#inFlight.delete(receipt);
      if (!this.#buried(message)) back.push(message);
    }
    this.#line.unshift(...back);
    this.#handOver();
    return back.length;
  }

  release(receipt: string): void {
    const { message } = this.#delivery(receipt);
    this.#inFlight.delete(receipt);
    if (!this.#buried(message)) this.#line.unshift(message);
    this.#handOver();
  }

  extend(receipt: string, visibilityTimeoutMs: number): void {
    if (Number.isNaN(visibilityTimeoutMs) || visibilityTimeoutMs < 0) throw new RangeError("visibilityTimeoutMs");
    const delivery = this.#delivery(receipt);
    delivery.dueMs = performance.now() + visibilityTimeoutMs;
  }

  #delivery(receipt: string): Delivery {
    const delivery = this.#inFlight.get(receipt);
    if (delivery === undefined) throw new UnknownReceiptError(receipt);
    return delivery;
  }

  #lend({ id, body, received }: Stored): Message {
    const message = { id, body, received: received + 1 };
    const receipt = crypto.randomUUID();
    this.#inFlight.set(receipt, { message, dueMs: performance.now() + this.#timeoutMs });
    return { id, body, receipt, receiveCount: message.received };
  }

  #handOver(): void {
    for (const receiver of this.#receivers) {
      const message = this.#line.shift();
      if (message === undefined) return;
      receiver(this.#lend(message));
    }
  }

  /** Whether the message has had its deliveries; if so it goes to the dead letters. */
  #buried({ body, received }: Stored): boolean {
    if (received < this.#maxReceives) return false;
    this.#deadLetters?.publish(body);
    return true;
  }
}
