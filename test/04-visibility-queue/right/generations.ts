// A right answer: no map of receipts. A receipt is a message's id and its generation, and all messages stand in one list.

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

interface Entry {
  readonly id: string;
  readonly body: string;
  /** Counts the deliveries; the latest of them is in flight while `place` is set. */
  generation: number;
  place: number | null;
  deadlineMs: number;
}

export class VisibilityQueue {
  /** Waiting and in flight; those that wait in the order of their next delivery. */
  #entries: Entry[] = [];
  #waits: { hand(message: Message): void }[] = [];
  #ids = 0;
  #places = 0;

  private readonly visibilityTimeoutMs: number;
  private readonly maxReceives: number;
  private readonly deadLetters: VisibilityQueue | undefined;

  constructor({ visibilityTimeoutMs = 5000, maxReceives, deadLetters }: QueueOptions = {}) {
    if (!(visibilityTimeoutMs >= 0)) throw new RangeError(`visibilityTimeoutMs is ${visibilityTimeoutMs}`);
    if (maxReceives !== undefined && (maxReceives < 1 || !Number.isSafeInteger(maxReceives))) {
      throw new RangeError(`maxReceives is ${maxReceives}`);
    }
    this.visibilityTimeoutMs = visibilityTimeoutMs;
    this.maxReceives = maxReceives ?? Number.MAX_SAFE_INTEGER;
    this.deadLetters = deadLetters;
  }

  get waiting(): number {
    return this.#entries.filter(({ place }) => place === null).length;
  }

  get inFlight(): number {
    return this.#entries.filter(({ place }) => place !== null).length;
  }

  publish(body: string): string {
    const id = (this.#ids++).toString(36);
    this.#entries.push({ id, body, generation: 0, place: null, deadlineMs: Number.NaN });
    this.#settle();
    return id;
  }

  receive({ timeoutMs = 10_000, signal }: ReceiveOptions = {}): Promise<Message | null> {
    // Not an `async` method: these two are thrown at the call itself.
    if (!(timeoutMs >= 0)) throw new RangeError(`timeoutMs is ${timeoutMs}`);
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const clear = new AbortController();
      const wait = {
        hand: (message: Message) => {
          clear.abort();
          resolve(message);
        },
      };
      const giveUp = (end: () => void) => () => {
        clear.abort();
        this.#waits = this.#waits.filter((one) => one !== wait);
        end();
      };
      this.#waits.push(wait);
      this.#settle();
      if (!this.#waits.includes(wait)) return;
      const late = giveUp(() => resolve(null));
      if (timeoutMs === 0) {
        late();
        return;
      }
      signal?.addEventListener(
        "abort",
        giveUp(() => reject(signal.reason)),
        { signal: clear.signal },
      );
      if (timeoutMs === Number.POSITIVE_INFINITY) return;
      const timer = setTimeout(late, timeoutMs);
      clear.signal.addEventListener("abort", () => clearTimeout(timer));
    });
  }

  ack(receipt: string): void {
    this.#entries.splice(this.#indexOf(receipt), 1);
  }

  requeueExpired(): number {
    const nowMs = performance.now();
    return this.#bringBack(this.#entries.filter(({ place, deadlineMs }) => place !== null && deadlineMs <= nowMs));
  }

  release(receipt: string): void {
    this.#bringBack(this.#entries.slice(this.#indexOf(receipt)).slice(0, 1));
  }

  extend(receipt: string, visibilityTimeoutMs: number): void {
    if (!(visibilityTimeoutMs >= 0)) throw new RangeError(`visibilityTimeoutMs is ${visibilityTimeoutMs}`);
    const entry = this.#entries[this.#indexOf(receipt)];
    if (entry) entry.deadlineMs = performance.now() + visibilityTimeoutMs;
  }

  #bringBack(entries: Entry[]): number {
    const ordered = [...entries].sort((one, other) => Number(one.place) - Number(other.place));
    this.#entries = this.#entries.filter((entry) => !entries.includes(entry));
    const [dead, alive] = [true, false].map((isDead) =>
      ordered.filter(({ generation }) => generation >= this.maxReceives === isDead),
    );
    for (const { body } of dead ?? []) this.deadLetters?.publish(body);
    for (const entry of alive ?? []) entry.place = null;
    this.#entries.unshift(...(alive ?? []));
    this.#settle();
    return alive?.length ?? 0;
  }

  #settle(): void {
    for (const entry of this.#entries.filter(({ place }) => place === null)) {
      const wait = this.#waits.shift();
      if (!wait) return;
      entry.generation += 1;
      entry.place = this.#places++;
      entry.deadlineMs = performance.now() + this.visibilityTimeoutMs;
      const { id, body, generation } = entry;
      wait.hand({ id, body, receipt: `${id}/${generation}`, receiveCount: generation });
    }
  }

  #indexOf(receipt: string): number {
    const isIt = ({ id, generation, place }: Entry) => place !== null && receipt === `${id}/${generation}`;
    const index = this.#entries.findIndex(isIt);
    if (index === -1) throw new UnknownReceiptError(receipt);
    return index;
  }
}
