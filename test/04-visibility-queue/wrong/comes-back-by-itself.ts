// Misconception: A visibility timeout is a timer: when it fires, the message is visible again.
// Way out: A delivery that is late can still be acked until somebody calls `requeueExpired`. Keep the time, and look at it only there.
// Must fail: 04.2 an expired delivery can still be acked until it is requeued
// Must fail: 04.3 requeueExpired puts a message back whose time is over, and returns how many
// Must fail: 04.3 the visibility timeout is 5,000 ms where it is left out
// Must fail: 04.3 nothing comes back before requeueExpired is called
// Must fail: 04.3 those that come back stand ahead of all that wait, the earliest delivery first
// Must fail: 04.3 requeueExpired wakes as many waiting receivers as messages come back
// Must fail: 04.3 a visibility timeout of Infinity never ends, one of 0 ends with the next millisecond
// Must fail: 04.4 whatever expires meanwhile, waiting + in flight is what was published and not acked
// Must fail: 04.5 extend makes the timeout end so many ms from now, later than before
// Must fail: 04.5 or sooner than before
// Must fail: 04.5 a delivery that was extended keeps its place among those that come back
// Must fail: 04.5 an extension that is negative or NaN is a RangeError and changes nothing, Infinity never ends

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
type Delivery = { readonly message: Stored; dueMs: number; timer?: NodeJS.Timeout };

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
    return new Promise<Message | null>((resolve, reject) => {
      const onMessage = (message: Message) => {
        stopWaiting();
        resolve(message);
      };
      const onAbort = () => {
        stopWaiting();
        reject(signal?.reason);
      };
      const onTimeout = () => {
        stopWaiting();
        resolve(null);
      };
      const timer = Number.isFinite(timeoutMs) ? setTimeout(onTimeout, timeoutMs) : undefined;
      const stopWaiting = () => {
        this.#receivers.delete(onMessage);
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      };
      signal?.addEventListener("abort", onAbort);
      this.#receivers.add(onMessage);
    });
  }

  ack(receipt: string): void {
    clearTimeout(this.#delivery(receipt).timer);
    this.#inFlight.delete(receipt);
  }

  requeueExpired(): number {
    const nowMs = performance.now();
    const back: Stored[] = [];
    for (const [receipt, { message, dueMs, timer }] of this.#inFlight) {
      if (dueMs > nowMs) continue;
      clearTimeout(timer);
      this.#inFlight.delete(receipt);
      if (!this.#buried(message)) back.push(message);
    }
    this.#line.unshift(...back);
    this.#handOver();
    return back.length;
  }

  release(receipt: string): void {
    const { message, timer } = this.#delivery(receipt);
    clearTimeout(timer);
    this.#inFlight.delete(receipt);
    if (!this.#buried(message)) this.#line.unshift(message);
    this.#handOver();
  }

  extend(receipt: string, visibilityTimeoutMs: number): void {
    if (Number.isNaN(visibilityTimeoutMs) || visibilityTimeoutMs < 0) throw new RangeError("visibilityTimeoutMs");
    const delivery = this.#delivery(receipt);
    this.#watch(delivery, visibilityTimeoutMs);
  }

  #delivery(receipt: string): Delivery {
    const delivery = this.#inFlight.get(receipt);
    if (delivery === undefined) throw new UnknownReceiptError(receipt);
    return delivery;
  }

  #lend({ id, body, received }: Stored): Message {
    const message = { id, body, received: received + 1 };
    const receipt = crypto.randomUUID();
    const delivery: Delivery = { message, dueMs: 0 };
    this.#inFlight.set(receipt, delivery);
    this.#watch(delivery, this.#timeoutMs);
    return { id, body, receipt, receiveCount: message.received };
  }

  #watch(delivery: Delivery, timeoutMs: number): void {
    clearTimeout(delivery.timer);
    delivery.dueMs = performance.now() + timeoutMs;
    if (timeoutMs === Number.POSITIVE_INFINITY) return;
    delivery.timer = setTimeout(() => this.requeueExpired(), timeoutMs).unref();
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
