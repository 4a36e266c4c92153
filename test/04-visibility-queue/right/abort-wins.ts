// A right answer: an abort in the turn of the hand-over wins. The receive rejects, and leaves its message to the next.

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

interface Delivery {
  message: Stored;
  receipt: string;
  number: number;
  dueMs: number;
}

export class VisibilityQueue {
  #waiting: Stored[] = [];
  /** Sorted by number. */
  #inFlight: Delivery[] = [];
  #receivers: ((delivery: Delivery) => void)[] = [];
  #numbers = 0;
  #visibilityTimeoutMs: number;
  #maxReceives: number;
  #deadLetters: VisibilityQueue | null;

  constructor(options: QueueOptions = {}) {
    this.#visibilityTimeoutMs = options.visibilityTimeoutMs ?? 5000;
    this.#maxReceives = options.maxReceives ?? Number.POSITIVE_INFINITY;
    this.#deadLetters = options.deadLetters ?? null;
    refuseNonsense(this.#visibilityTimeoutMs);
    refuseNonsense(this.#maxReceives);
    if (this.#maxReceives < 1 || (options.maxReceives ?? 1) % 1 !== 0) throw new RangeError("maxReceives");
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get inFlight(): number {
    return this.#inFlight.length;
  }

  publish(body: string): string {
    this.#numbers += 1;
    this.#waiting.push({ id: `${this.#numbers}`, body, receiveCount: 0 });
    this.#serve();
    return `${this.#numbers}`;
  }

  async receive({ timeoutMs = 10_000, signal }: ReceiveOptions = {}): Promise<Message | null> {
    refuseNonsense(timeoutMs);
    signal?.throwIfAborted();
    if (this.#waiting.length === 0 && timeoutMs === 0) return null;

    let handed: Delivery | undefined;
    let wake: (delivery?: Delivery) => void = () => {};
    const woken = new Promise<Delivery | undefined>((resolve) => {
      wake = resolve;
    });
    const receiver = (delivery: Delivery): void => {
      handed = delivery;
      wake(delivery);
    };
    const leave = (): void => {
      this.#receivers = this.#receivers.filter((one) => one !== receiver);
      wake();
    };
    signal?.addEventListener("abort", leave);
    const timer = timeoutMs < 2 ** 31 ? setTimeout(leave, timeoutMs) : undefined;
    this.#receivers.push(receiver);
    this.#serve();
    await woken;
    clearTimeout(timer);
    signal?.removeEventListener("abort", leave);

    const delivery = handed;
    if (signal?.aborted) {
      if (delivery) this.#leaveToTheNext(delivery);
      throw signal.reason;
    }
    if (!delivery) return null;
    const { message, receipt } = delivery;
    return { ...message, receipt };
  }

  ack(receipt: string): void {
    this.#remove(receipt);
  }

  requeueExpired(): number {
    const nowMs = performance.now();
    const expired = this.#inFlight.filter(({ dueMs }) => dueMs <= nowMs);
    for (const { receipt } of expired) this.#remove(receipt);
    return this.#putBack(expired);
  }

  release(receipt: string): void {
    this.#putBack([this.#remove(receipt)]);
  }

  extend(receipt: string, visibilityTimeoutMs: number): void {
    refuseNonsense(visibilityTimeoutMs);
    const delivery = this.#remove(receipt);
    delivery.dueMs = performance.now() + visibilityTimeoutMs;
    this.#inFlight.push(delivery);
    this.#inFlight.sort((one, other) => one.number - other.number);
  }

  /** The delivery never took place. */
  #leaveToTheNext({ receipt, message }: Delivery): void {
    this.#remove(receipt);
    message.receiveCount -= 1;
    this.#waiting.unshift(message);
    this.#serve();
  }

  #putBack(deliveries: Delivery[]): number {
    const alive: Stored[] = [];
    for (const { message } of deliveries) {
      if (message.receiveCount < this.#maxReceives) alive.push(message);
      else this.#deadLetters?.publish(message.body);
    }
    this.#waiting.unshift(...alive);
    this.#serve();
    return alive.length;
  }

  #serve(): void {
    while (this.#waiting.length > 0) {
      const receiver = this.#receivers.shift();
      if (!receiver) return;
      const [message] = this.#waiting.splice(0, 1);
      if (message) receiver(this.#lend(message));
    }
  }

  #lend(message: Stored): Delivery {
    message.receiveCount += 1;
    this.#numbers += 1;
    const number = this.#numbers;
    const delivery = { message, receipt: `#${number}`, number, dueMs: performance.now() + this.#visibilityTimeoutMs };
    this.#inFlight.push(delivery);
    return delivery;
  }

  #remove(receipt: string): Delivery {
    const delivery = this.#inFlight.find((one) => one.receipt === receipt);
    if (!delivery) throw new UnknownReceiptError(`no delivery in flight has ${receipt}`);
    this.#inFlight.splice(this.#inFlight.indexOf(delivery), 1);
    return delivery;
  }
}

function refuseNonsense(number: number): void {
  if (!(number >= 0)) throw new RangeError(`${number} is not 0 or more`);
}
