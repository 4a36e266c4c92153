// Misconception: Whoever receives may as well look whether something has expired.
// Way out: Then a consumer can lose its message at any receive of another. Only `requeueExpired` and `release` bring messages back.
// Must fail: 04.3 nothing comes back before requeueExpired is called
// Must fail: 04.3 requeueExpired wakes as many waiting receivers as messages come back
// Must fail: 04.4 whatever expires meanwhile, waiting + in flight is what was published and not acked
// Must fail: 04.6 in every order of calls, a message dies when it would come back once too often, and not before

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly receipt: string;
  readonly receiveCount: number;
}

export class UnknownReceiptError extends Error {}

interface QueueOptions {
  visibilityTimeoutMs?: number;
  maxReceives?: number;
  deadLetters?: VisibilityQueue;
}

interface Stored {
  id: string;
  body: string;
  receiveCount: number;
}

interface Delivery {
  message: Stored;
  receipt: string;
  expiresAtMs: number;
}

export class VisibilityQueue {
  #waiting: Stored[] = [];
  /** In the order of delivery. */
  #deliveries: Delivery[] = [];
  #receivers: ((message: Message) => void)[] = [];
  #ids = 0;
  #receipts = 0;
  #visibilityTimeoutMs: number;
  #maxReceives: number;
  #deadLetters: VisibilityQueue | undefined;

  constructor(options: QueueOptions = {}) {
    const { visibilityTimeoutMs = 5000, maxReceives, deadLetters } = options;
    if (!(visibilityTimeoutMs >= 0)) throw new RangeError(`visibilityTimeoutMs: ${visibilityTimeoutMs}`);
    if (maxReceives !== undefined && !(Number.isInteger(maxReceives) && maxReceives > 0)) {
      throw new RangeError(`maxReceives: ${maxReceives}`);
    }
    this.#visibilityTimeoutMs = visibilityTimeoutMs;
    this.#maxReceives = maxReceives ?? Number.POSITIVE_INFINITY;
    this.#deadLetters = deadLetters;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get inFlight(): number {
    return this.#deliveries.length;
  }

  publish(body: string): string {
    const message = { id: `m${++this.#ids}`, body, receiveCount: 0 };
    this.#waiting.push(message);
    this.#serve();
    return message.id;
  }

  receive(options: { timeoutMs?: number; signal?: AbortSignal } = {}): Promise<Message | null> {
    const { timeoutMs = 10_000, signal } = options;
    return new Promise((resolve, reject) => {
      if (!(timeoutMs >= 0)) throw new RangeError(`timeoutMs: ${timeoutMs}`);
      signal?.throwIfAborted();
      this.requeueExpired();
      const next = this.#waiting.shift();
      if (next) {
        resolve(this.#deliver(next));
        return;
      }
      if (timeoutMs === 0) {
        resolve(null);
        return;
      }
      let timer: NodeJS.Timeout | undefined;
      const leave = () => {
        this.#receivers = this.#receivers.filter((one) => one !== take);
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
      const take = (message: Message) => {
        leave();
        resolve(message);
      };
      const abort = () => {
        leave();
        reject(signal?.reason);
      };
      if (timeoutMs !== Number.POSITIVE_INFINITY) {
        timer = setTimeout(() => {
          leave();
          resolve(null);
        }, timeoutMs);
      }
      signal?.addEventListener("abort", abort);
      this.#receivers.push(take);
    });
  }

  ack(receipt: string): void {
    this.#end(receipt);
  }

  requeueExpired(): number {
    const nowMs = performance.now();
    const expired = this.#deliveries.filter(({ expiresAtMs }) => expiresAtMs <= nowMs);
    this.#deliveries = this.#deliveries.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
    const alive = this.#withoutDead(expired.map(({ message }) => message));
    this.#waiting.unshift(...alive);
    this.#serve();
    return alive.length;
  }

  release(receipt: string): void {
    const { message } = this.#end(receipt);
    this.#waiting.unshift(...this.#withoutDead([message]));
    this.#serve();
  }

  extend(receipt: string, visibilityTimeoutMs: number): void {
    if (!(visibilityTimeoutMs >= 0)) throw new RangeError(`visibilityTimeoutMs: ${visibilityTimeoutMs}`);
    const delivery = this.#find(receipt);
    delivery.expiresAtMs = performance.now() + visibilityTimeoutMs;
  }

  #deliver(message: Stored): Message {
    message.receiveCount += 1;
    const receipt = `r${++this.#receipts}`;
    this.#deliveries.push({ message, receipt, expiresAtMs: performance.now() + this.#visibilityTimeoutMs });
    return { ...message, receipt };
  }

  #serve(): void {
    while (this.#waiting.length > 0 && this.#receivers.length > 0) {
      const take = this.#receivers.shift();
      const message = this.#waiting.shift();
      if (take && message) take(this.#deliver(message));
    }
  }

  #find(receipt: string): Delivery {
    const delivery = this.#deliveries.find((one) => one.receipt === receipt);
    if (!delivery) throw new UnknownReceiptError(`unknown receipt ${receipt}`);
    return delivery;
  }

  #end(receipt: string): Delivery {
    const delivery = this.#find(receipt);
    this.#deliveries.splice(this.#deliveries.indexOf(delivery), 1);
    return delivery;
  }

  #withoutDead(messages: Stored[]): Stored[] {
    const isDead = ({ receiveCount }: Stored) => receiveCount >= this.#maxReceives;
    for (const { body } of messages.filter(isDead)) this.#deadLetters?.publish(body);
    return messages.filter((message) => !isDead(message));
  }
}
