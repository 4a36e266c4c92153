// When the deliveries of one queue expire. The engine brings nothing back by itself: this timer is what
// has it look.

interface Lent {
  readonly receivedAtMs: number;
  readonly dueMs: number;
}

/**
 * For so long after its deadline a delivery is looked at again. A timer may fire a little early, an engine may
 * count whole milliseconds, and whether it takes back what is exactly as old as its timeout is up to it.
 */
const SLACK_MS = 1;

export class Deadlines {
  /** Of the deliveries that have been neither deleted nor given back, on the clock of `performance.now()`. */
  readonly #lent = new Map<string, Lent>();
  readonly #onDue: () => void;

  /** Fires at `#firesAtMs`, no later than the earliest deadline. None while nothing is lent. */
  #timer: NodeJS.Timeout | undefined;
  #firesAtMs = Number.POSITIVE_INFINITY;

  /** @param onDue Has the engine look for what has expired. It must not throw. */
  constructor(onDue: () => void) {
    this.#onDue = onDue;
  }

  get receipts(): string[] {
    return [...this.#lent.keys()];
  }

  /** When the delivery began; `undefined` if it has ended. */
  receivedAtMs(receipt: string): number | undefined {
    return this.#lent.get(receipt)?.receivedAtMs;
  }

  /** The delivery ends `durationMs` from now, whatever was said of it before. */
  set(receipt: string, durationMs: number): void {
    const nowMs = performance.now();
    const dueMs = nowMs + durationMs;
    this.#lent.set(receipt, { receivedAtMs: this.receivedAtMs(receipt) ?? nowMs, dueMs });
    if (dueMs < this.#firesAtMs) this.#arm(dueMs);
  }

  delete(receipt: string): void {
    this.#lent.delete(receipt);
    if (this.#lent.size === 0) this.clear();
  }

  clear(): void {
    this.#lent.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#firesAtMs = Number.POSITIVE_INFINITY;
  }

  #arm(dueMs: number): void {
    clearTimeout(this.#timer);
    this.#firesAtMs = dueMs;
    this.#timer = setTimeout(() => this.#fire(), Math.max(1, dueMs - performance.now()));
    // A queue in which a message is in flight is no reason for a process to live on.
    this.#timer.unref();
  }

  #fire(): void {
    const nowMs = performance.now();
    this.#firesAtMs = Number.POSITIVE_INFINITY;
    this.#onDue();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [receipt, { dueMs }] of this.#lent) {
      if (dueMs + SLACK_MS < nowMs) this.#lent.delete(receipt);
      else nextMs = Math.min(nextMs, dueMs);
    }
    if (this.#lent.size === 0) this.clear();
    else this.#arm(nextMs);
  }
}
