// Misconception: A message has an id already, and it can serve as the receipt.
// Way out: The id is the same in each delivery, so an ack of the first delivery deletes the second. Make a receipt a delivery.
// Must fail: 04.2 an old receipt deletes nothing: what was yours is another's now
// Must fail: 04.3 requeueExpired puts a message back whose time is over, and returns how many
// Must fail: 04.3 in every order of calls, what has expired comes back in its place, and nothing else does
// Must fail: 04.4 whatever expires meanwhile, waiting + in flight is what was published and not acked
// Must fail: 04.5 a released message has a new receipt, the next receiveCount, and wakes a receiver
// Must fail: 04.5 in every order of calls, release and extend do what their receipt stands for
// Must fail: 04.6 in every order of calls, a message dies when it would come back once too often, and not before

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
    const receipt = id;
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
