// A right answer: who gets what is settled at the call, and a pump in `setImmediate` delivers it, one turn later.

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
  readonly receiveCount: number;
}

interface Delivery {
  readonly receipt: string;
  readonly message: Stored;
  untilMs: number;
}

type Receiver = (message: Message) => void;

export class VisibilityQueue {
  readonly #waiting: Stored[] = [];
  readonly #receivers: Receiver[] = [];
  readonly #owed: { receiver: Receiver; message: Stored }[] = [];
  #deliveries: Delivery[] = [];
  #isPumping = false;
  #last = 0;
  readonly #visibilityTimeoutMs: number;
  readonly #maxReceives: number | undefined;
  readonly #deadLetters: VisibilityQueue | undefined;

  constructor(options?: QueueOptions) {
    this.#visibilityTimeoutMs = duration(options?.visibilityTimeoutMs ?? 5000);
    this.#maxReceives = options?.maxReceives;
    this.#deadLetters = options?.deadLetters;
    if (this.#maxReceives === undefined) return;
    if (!Number.isInteger(this.#maxReceives) || this.#maxReceives <= 0) throw new RangeError("maxReceives");
  }

  get waiting(): number {
    return this.#waiting.length + this.#owed.length;
  }

  get inFlight(): number {
    return this.#deliveries.length;
  }

  publish(body: string): string {
    const id = `${++this.#last}`;
    this.#waiting.push({ id, body, receiveCount: 0 });
    this.#match();
    return id;
  }

  receive(options?: ReceiveOptions): Promise<Message | null> {
    const signal = options?.signal;
    return new Promise((resolve, reject) => {
      const timeoutMs = duration(options?.timeoutMs ?? 10_000);
      signal?.throwIfAborted();
      if (timeoutMs === 0 && this.#waiting.length === 0) {
        resolve(null);
        return;
      }
      let timer: NodeJS.Timeout | undefined;
      const receiver: Receiver = (message) => {
        end();
        resolve(message);
      };
      /** @returns Whether it was still in line: one that is owed a message gets it. */
      const leave = (): boolean => {
        const place = this.#receivers.indexOf(receiver);
        if (place === -1) return false;
        this.#receivers.splice(place, 1);
        end();
        return true;
      };
      const abort = (): void => {
        if (leave()) reject(signal?.reason);
      };
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
      signal?.addEventListener("abort", abort);
      if (timeoutMs > 0 && timeoutMs < Number.POSITIVE_INFINITY) {
        timer = setTimeout(() => {
          if (leave()) resolve(null);
        }, timeoutMs);
      }
      this.#receivers.push(receiver);
      this.#match();
    });
  }

  ack(receipt: string): void {
    this.#remove(receipt);
  }

  requeueExpired(): number {
    const nowMs = performance.now();
    const expired: Stored[] = [];
    for (const { receipt, message, untilMs } of [...this.#deliveries]) {
      if (untilMs > nowMs) continue;
      this.#remove(receipt);
      expired.push(message);
    }
    return this.#comeBack(expired);
  }

  release(receipt: string): void {
    this.#comeBack([this.#remove(receipt)]);
  }

  extend(receipt: string, visibilityTimeoutMs: number): void {
    const untilMs = performance.now() + duration(visibilityTimeoutMs);
    this.#at(receipt).untilMs = untilMs;
  }

  #comeBack(messages: Stored[]): number {
    const alive = messages.filter((message) => message.receiveCount < (this.#maxReceives ?? Number.POSITIVE_INFINITY));
    for (const message of messages) if (!alive.includes(message)) this.#deadLetters?.publish(message.body);
    this.#waiting.splice(0, 0, ...alive);
    this.#match();
    return alive.length;
  }

  #match(): void {
    while (this.#waiting[0] && this.#receivers[0]) {
      this.#owed.push({ receiver: this.#receivers[0], message: this.#waiting[0] });
      this.#receivers.shift();
      this.#waiting.shift();
    }
    if (this.#owed.length === 0 || this.#isPumping) return;
    this.#isPumping = true;
    setImmediate(() => this.#pump());
  }

  #pump(): void {
    this.#isPumping = false;
    for (const { receiver, message } of this.#owed.splice(0)) {
      const receipt = `r${++this.#last}`;
      const delivered = { ...message, receiveCount: message.receiveCount + 1 };
      this.#deliveries.push({ receipt, message: delivered, untilMs: performance.now() + this.#visibilityTimeoutMs });
      receiver({ ...delivered, receipt });
    }
  }

  #at(receipt: string): Delivery {
    const delivery = this.#deliveries.find((one) => one.receipt === receipt);
    if (delivery === undefined) throw new UnknownReceiptError(`no delivery in flight has the receipt ${receipt}`);
    return delivery;
  }

  #remove(receipt: string): Stored {
    const delivery = this.#at(receipt);
    this.#deliveries = this.#deliveries.filter((one) => one !== delivery);
    return delivery.message;
  }
}

function duration(ms: number): number {
  if (Number.isNaN(ms) || ms < 0) throw new RangeError(`not a duration: ${ms}`);
  return ms;
}
