// A right answer: a receiver is woken and looks again. What it is woken for is reserved for it, so nobody overtakes.

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
  id: string;
  body: string;
  receiveCount: number;
}

interface Sleeper {
  wake: () => void;
  reserved?: Stored;
}

interface Loan {
  message: Stored;
  place: number;
  untilMs: number;
}

export class VisibilityQueue {
  #waiting: Stored[] = [];
  #sleepers: Sleeper[] = [];
  #reserved = 0;
  #loans = new Map<string, Loan>();
  #options: Required<Pick<QueueOptions, "visibilityTimeoutMs" | "maxReceives">> & QueueOptions;
  #number = 0;

  constructor(options: QueueOptions = {}) {
    const { visibilityTimeoutMs = 5000, maxReceives = Number.POSITIVE_INFINITY } = options;
    assertNotNegative(visibilityTimeoutMs);
    if (!(maxReceives >= 1 && (maxReceives === Number.POSITIVE_INFINITY || maxReceives % 1 === 0))) {
      throw new RangeError(`maxReceives ${maxReceives}`);
    }
    this.#options = { ...options, visibilityTimeoutMs, maxReceives };
  }

  get waiting(): number {
    return this.#waiting.length + this.#reserved;
  }

  get inFlight(): number {
    return this.#loans.size;
  }

  publish(body: string): string {
    const id = String(++this.#number);
    this.#waiting.push({ id, body, receiveCount: 0 });
    this.#wakeSome();
    return id;
  }

  async receive({ timeoutMs = 10_000, signal }: ReceiveOptions = {}): Promise<Message | null> {
    assertNotNegative(timeoutMs);
    signal?.throwIfAborted();
    const endMs = performance.now() + timeoutMs;
    let message = this.#waiting.shift();
    while (!message) {
      const leftMs = endMs - performance.now();
      if (leftMs <= 0) return null;
      const sleeper: Sleeper = { wake: () => {} };
      this.#sleepers.push(sleeper);
      await this.#slept(sleeper, leftMs, signal);
      message = sleeper.reserved;
      if (message) this.#reserved -= 1;
      else signal?.throwIfAborted();
    }
    return this.#lend(message);
  }

  /** Sleeps until it is woken, `ms` are over, or the signal aborts. Then it is no sleeper any more. */
  #slept(sleeper: Sleeper, ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const rise = (): void => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        clearTimeout(timer);
        signal?.removeEventListener("abort", rise);
        resolve();
      };
      const timer = ms === Number.POSITIVE_INFINITY ? undefined : setTimeout(rise, ms);
      signal?.addEventListener("abort", rise);
      sleeper.wake = rise;
    });
  }

  ack(receipt: string): void {
    this.#ended(receipt);
  }

  requeueExpired(): number {
    const nowMs = performance.now();
    const late = [...this.#loans].filter(([, { untilMs }]) => untilMs < nowMs);
    late.sort(([, one], [, other]) => one.place - other.place);
    return this.#back(late.map(([receipt]) => this.#ended(receipt)));
  }

  release(receipt: string): void {
    this.#back([this.#ended(receipt)]);
  }

  extend(receipt: string, visibilityTimeoutMs: number): void {
    assertNotNegative(visibilityTimeoutMs);
    const loan = this.#loans.get(receipt);
    if (!loan) throw new UnknownReceiptError(receipt);
    loan.untilMs = performance.now() + visibilityTimeoutMs;
  }

  #back(messages: Stored[]): number {
    const dead = messages.filter(({ receiveCount }) => receiveCount >= this.#options.maxReceives);
    const alive = messages.filter((message) => !dead.includes(message));
    for (const { body } of dead) this.#options.deadLetters?.publish(body);
    this.#waiting = [...alive, ...this.#waiting];
    this.#wakeSome();
    return alive.length;
  }

  #wakeSome(): void {
    while (this.#waiting.length > 0) {
      const [sleeper] = this.#sleepers;
      if (!sleeper) return;
      sleeper.reserved = this.#waiting.shift();
      this.#reserved += 1;
      sleeper.wake();
    }
  }

  #lend(message: Stored): Message {
    message.receiveCount += 1;
    const place = ++this.#number;
    const receipt = `receipt ${place}`;
    this.#loans.set(receipt, { message, place, untilMs: performance.now() + this.#options.visibilityTimeoutMs });
    return { ...message, receipt };
  }

  #ended(receipt: string): Stored {
    const loan = this.#loans.get(receipt);
    if (!loan) throw new UnknownReceiptError(receipt);
    this.#loans.delete(receipt);
    return loan.message;
  }
}

function assertNotNegative(ms: number): void {
  if (!(ms >= 0)) throw new RangeError(`expected 0 ms or more, got ${ms}`);
}
