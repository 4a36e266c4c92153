// A right answer: one signal of two, `AbortSignal.any` of the caller's and `AbortSignal.timeout`, ends a wait.

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

type Stored = Omit<Message, "receipt">;

interface Held {
  readonly stored: Stored;
  readonly order: number;
  readonly sinceMs: number;
  readonly allowedMs: number;
}

export class VisibilityQueue {
  readonly #ready: Stored[] = [];
  readonly #waits = new Map<symbol, (message: Message) => void>();
  readonly #held = new Map<string, Held>();
  readonly #options: QueueOptions;
  #count = 0;

  constructor(options: QueueOptions = {}) {
    check(options.visibilityTimeoutMs);
    const { maxReceives = 1 } = options;
    if (!Number.isInteger(maxReceives) || maxReceives < 1) throw new RangeError(`maxReceives: ${maxReceives}`);
    this.#options = { ...options };
  }

  get waiting(): number {
    return this.#ready.length;
  }

  get inFlight(): number {
    return this.#held.size;
  }

  publish(body: string): string {
    this.#count += 1;
    const id = `id-${this.#count}`;
    this.#ready.push({ id, body, receiveCount: 0 });
    this.#feed();
    return id;
  }

  async receive(options: ReceiveOptions = {}): Promise<Message | null> {
    const { timeoutMs = 10_000, signal } = options;
    check(timeoutMs);
    signal?.throwIfAborted();
    const [stored] = this.#ready.splice(0, 1);
    if (stored) return this.#hold(stored);
    if (timeoutMs === 0) return null;

    const signals = timeoutMs === Number.POSITIVE_INFINITY ? [] : [AbortSignal.timeout(timeoutMs)];
    const over = AbortSignal.any(signal ? [...signals, signal] : signals);
    const ticket = Symbol("a wait");
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#waits.delete(ticket);
        if (signal?.aborted) reject(signal.reason);
        else resolve(null);
      };
      over.addEventListener("abort", end);
      this.#waits.set(ticket, (message) => {
        over.removeEventListener("abort", end);
        resolve(message);
      });
    });
  }

  ack(receipt: string): void {
    this.#take(receipt);
  }

  requeueExpired(): number {
    const now = performance.now();
    const receipts = [...this.#held]
      .filter(([, { sinceMs, allowedMs }]) => now - sinceMs > allowedMs)
      .sort(([, one], [, other]) => one.order - other.order)
      .map(([receipt]) => receipt);
    return this.#giveBack(receipts);
  }

  release(receipt: string): void {
    this.#giveBack([receipt]);
  }

  extend(receipt: string, visibilityTimeoutMs: number): void {
    check(visibilityTimeoutMs);
    const held = this.#take(receipt);
    this.#held.set(receipt, { ...held, sinceMs: performance.now(), allowedMs: visibilityTimeoutMs });
  }

  #hold({ id, body, receiveCount }: Stored): Message {
    this.#count += 1;
    const stored = { id, body, receiveCount: receiveCount + 1 };
    const receipt = `receipt-${this.#count}`;
    const allowedMs = this.#options.visibilityTimeoutMs ?? 5000;
    this.#held.set(receipt, { stored, order: this.#count, sinceMs: performance.now(), allowedMs });
    return { ...stored, receipt };
  }

  #take(receipt: string): Held {
    const held = this.#held.get(receipt);
    if (!held) throw new UnknownReceiptError(receipt);
    this.#held.delete(receipt);
    return held;
  }

  #giveBack(receipts: string[]): number {
    const { maxReceives = Number.POSITIVE_INFINITY, deadLetters } = this.#options;
    const back: Stored[] = [];
    for (const receipt of receipts) {
      const { stored } = this.#take(receipt);
      if (stored.receiveCount < maxReceives) back.push(stored);
      else deadLetters?.publish(stored.body);
    }
    while (back.length > 0) this.#ready.unshift(...back.splice(-1));
    this.#feed();
    // What died is counted as well: it went back, though not to this queue.
    return receipts.length;
  }

  #feed(): void {
    for (const [ticket, hand] of this.#waits) {
      const [stored] = this.#ready.splice(0, 1);
      if (!stored) break;
      this.#waits.delete(ticket);
      hand(this.#hold(stored));
    }
  }
}

function check(ms = 0): void {
  if (!(ms >= 0)) throw new RangeError(`${ms} ms`);
}
