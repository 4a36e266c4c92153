// Lesson: lessons/04-visibility-queue.md      Check: npm run check 04 -- --solution
//
// One idea: a message is in exactly one place. It waits, or it is in flight under a receipt that is
// valid for this one delivery, or it is gone. Its moves, and there are no others:
//
//   publish ──▶ waiting ──receive──▶ in flight ──ack──▶ gone
//                  ▲                     │
//                  └─ requeueExpired, ───┤
//                        release         └─ the same after `maxReceives` deliveries ──▶ dead

/** One delivery of a message: yours alone, until its visibility timeout is over. */
export interface Message {
  /** The same in every delivery of this message, and no other message has it. */
  readonly id: string;

  /** What was published. */
  readonly body: string;

  /** The proof that this delivery is yours. The next delivery of the message has another. */
  readonly receipt: string;

  /** How often the message has been delivered, this time included: 1 on the first delivery. */
  readonly receiveCount: number;
}

/** No delivery in flight has this receipt: it was acked, or its message has gone back or was never there. */
export class UnknownReceiptError extends Error {
  override readonly name = "UnknownReceiptError";
}

interface VisibilityQueueOptions {
  /**
   * How long a delivery may last before `requeueExpired` takes its message back, in milliseconds,
   * counted from the delivery. `Infinity`: for ever.
   *
   * @default 5000
   */
  visibilityTimeoutMs?: number;

  /**
   * Stretch: after that many deliveries a message does not come back; it is dead.
   *
   * @default no limit
   */
  maxReceives?: number;

  /** Stretch: where dead messages are published, as new ones. Without it they are dropped. */
  deadLetters?: VisibilityQueue;
}

interface ReceiveOptions {
  /**
   * How long to wait for a message, in milliseconds. 0: not at all. `Infinity`: until one comes.
   *
   * @default 10_000
   */
  timeoutMs?: number;

  /** Gives the wait up: it rejects with the signal's reason, and takes no message. */
  signal?: AbortSignal;
}

/**
 * A queue that lends its messages: one that is received stays in the queue, hidden from others,
 * until it is acked. A consumer that crashes loses nothing: its message is delivered again.
 */
export class VisibilityQueue {
  /** Those that wait, in the order of their next delivery. While there are any, `#receivers` is empty. */
  readonly #waiting = new Line<Stored>();

  /** The waits for a message, first come first served. Whatever ends one takes it out of here. */
  readonly #receivers = new Line<(message: Message) => void>();

  /** Those in flight, by receipt. What is in here is in one line of `#lent` too, and nowhere else. */
  readonly #inFlight = new Map<string, Place<Delivery>>();

  /**
   * Those in flight, by how long they were lent for. Who was lent for as long, and later, is due
   * later: so each line is in the order of its deadlines, and its first says all. None is empty.
   */
  readonly #lent = new Map<number, Line<Delivery>>();

  // The options as they were given, or their defaults: nothing changes them.
  readonly #visibilityTimeoutMs: number;
  readonly #maxReceives: number;
  readonly #deadLetters: VisibilityQueue | undefined;

  /** @throws {RangeError} On a negative timeout, on NaN, and unless `maxReceives` is a whole number from 1 up. */
  constructor(options: VisibilityQueueOptions = {}) {
    const { visibilityTimeoutMs = 5000, maxReceives = Number.POSITIVE_INFINITY, deadLetters } = options;
    assertDuration("visibilityTimeoutMs", visibilityTimeoutMs);
    if (maxReceives !== Number.POSITIVE_INFINITY && !(Number.isInteger(maxReceives) && maxReceives >= 1)) {
      throw new RangeError(`Expected \`maxReceives\` to be a whole number from 1 up, got ${maxReceives}`);
    }
    this.#visibilityTimeoutMs = visibilityTimeoutMs;
    this.#maxReceives = maxReceives;
    this.#deadLetters = deadLetters;
  }

  /** How many messages wait to be received. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** How many messages are with a consumer: received, and neither acked nor taken back. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /**
   * Puts a message behind those that wait, or hands it to the receiver that has waited longest.
   *
   * @returns The message's id.
   */
  publish(body: string): string {
    lastNumber += 1;
    const id = `message-${lastNumber}`;
    this.#waiting.append({ id, body, receiveCount: 0 });
    this.#serve();
    return id;
  }

  /**
   * Takes the first message that waits, and puts it in flight. If none waits, it waits for one, in
   * the order in which the receivers came.
   *
   * @returns The message, or `null` if none has come within `timeoutMs`.
   * @throws {RangeError} If `timeoutMs` is negative or NaN.
   * @throws The signal's reason, once it is aborted.
   */
  async receive(options: ReceiveOptions = {}): Promise<Message | null> {
    const { timeoutMs = 10_000, signal } = options;
    assertDuration("timeoutMs", timeoutMs);
    signal?.throwIfAborted();
    const { first } = this.#waiting;
    if (first) return this.#deliver(first);
    if (timeoutMs === 0) return null;

    return new Promise((resolve, reject) => {
      // Whatever ends the wait ends it whole: afterwards nothing can be handed to it.
      const end = () => {
        this.#receivers.remove(place);
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
      const abort = () => {
        end();
        reject(signal?.reason);
      };
      const giveUp = () => {
        end();
        resolve(null);
      };
      const place = this.#receivers.append((message) => {
        end();
        resolve(message);
      });
      const timer = timeoutMs > LONGEST_TIMER_MS ? undefined : setTimeout(giveUp, timeoutMs);
      signal?.addEventListener("abort", abort);
    });
  }

  /**
   * Deletes a message in flight for good. A delivery that has expired, and that `requeueExpired` has
   * not taken back, can still be acked.
   *
   * @throws {UnknownReceiptError} Unless `receipt` is of a delivery in flight. Nothing is deleted.
   */
  ack(receipt: string): void {
    this.#takeBack(receipt);
  }

  /**
   * Puts the messages whose visibility timeout is over back ahead of all that wait, the one that was
   * delivered first in front. Nothing comes back unless this is called, or `release`.
   *
   * @returns How many went back, dead ones not counted.
   */
  requeueExpired(): number {
    const nowMs = performance.now();
    const expired: Delivery[] = [];
    for (const line of this.#lent.values()) {
      for (let next = line.first; next && next.value.deadlineMs <= nowMs; next = line.first) {
        expired.push(this.#takeBack(next.value.receipt));
      }
    }
    // Since `extend`, the first to be due need not be the first that was delivered.
    expired.sort((a, b) => a.number - b.number);
    return this.#comeBack(expired);
  }

  /**
   * Stretch: puts a message in flight back at once, ahead of all that wait.
   *
   * @throws {UnknownReceiptError} Unless `receipt` is of a delivery in flight.
   */
  release(receipt: string): void {
    this.#comeBack([this.#takeBack(receipt)]);
  }

  /**
   * Stretch: makes the visibility timeout of a delivery end `visibilityTimeoutMs` from now, sooner
   * or later than before.
   *
   * @throws {UnknownReceiptError} Unless `receipt` is of a delivery in flight.
   * @throws {RangeError} If `visibilityTimeoutMs` is negative or NaN.
   */
  extend(receipt: string, visibilityTimeoutMs: number): void {
    assertDuration("visibilityTimeoutMs", visibilityTimeoutMs);
    this.#lend(this.#takeBack(receipt), visibilityTimeoutMs);
  }

  /** waiting → in flight. The consumer gets an object of its own: a change to it changes nothing in here. */
  #deliver(place: Place<Stored>): Message {
    const message = place.value;
    this.#waiting.remove(place);
    message.receiveCount += 1;
    lastNumber += 1;
    const receipt = `receipt-${lastNumber}`;
    this.#lend({ message, receipt, number: lastNumber }, this.#visibilityTimeoutMs);
    return { id: message.id, body: message.body, receipt, receiveCount: message.receiveCount };
  }

  /** Counts `durationMs` from now. */
  #lend({ message, receipt, number }: Omit<Delivery, "durationMs" | "deadlineMs">, durationMs: number): void {
    const line = this.#lent.get(durationMs) ?? new Line<Delivery>();
    this.#lent.set(durationMs, line);
    const deadlineMs = performance.now() + durationMs;
    this.#inFlight.set(receipt, line.append({ message, receipt, number, durationMs, deadlineMs }));
  }

  /** Ends a delivery. No list of old receipts is kept: one that is not in flight holds nothing. */
  #takeBack(receipt: string): Delivery {
    const place = this.#inFlight.get(receipt);
    if (!place) throw new UnknownReceiptError(`Expected the receipt of a message in flight, got ${receipt}`);
    this.#inFlight.delete(receipt);
    const { durationMs } = place.value;
    const line = this.#lent.get(durationMs);
    line?.remove(place);
    if (line?.size === 0) this.#lent.delete(durationMs);
    return place.value;
  }

  /** in flight → waiting, or dead, for deliveries that have ended, given in the order of their numbers. */
  #comeBack(ended: Delivery[]): number {
    const alive: Stored[] = [];
    for (const { message } of ended) {
      if (message.receiveCount < this.#maxReceives) alive.push(message);
      else this.#deadLetters?.publish(message.body);
    }
    for (const message of alive.toReversed()) this.#waiting.prepend(message);
    this.#serve();
    return alive.length;
  }

  /** Hands over until nothing waits or nobody does. Each receiver's message is in flight before this returns. */
  #serve(): void {
    for (let next = this.#waiting.first; next && this.#receivers.first; next = this.#waiting.first) {
      this.#receivers.first.value(this.#deliver(next));
    }
  }
}

/** A message as the queue keeps it. Only a delivery changes it, and only its count. */
interface Stored {
  readonly id: string;
  readonly body: string;
  receiveCount: number;
}

interface Delivery {
  readonly message: Stored;
  readonly receipt: string;
  /** Grows from delivery to delivery. */
  readonly number: number;
  readonly durationMs: number;
  /** On the clock of `performance.now()`: the wall clock can be set back, and nothing would expire. */
  readonly deadlineMs: number;
}

/** A place in a `Line`, and its neighbours. */
interface Place<T> {
  readonly value: T;
  ahead: Place<T> | undefined;
  behind: Place<T> | undefined;
}

/** Grows at both ends and shrinks anywhere, each in constant time: its places are linked. */
class Line<T> {
  /** The ends of the line. Both are `undefined` while it is empty. */
  #first: Place<T> | undefined;
  #last: Place<T> | undefined;

  /** How many places there are from `#first` to `#last`. */
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): Place<T> | undefined {
    return this.#first;
  }

  append(value: T): Place<T> {
    return this.#link({ value, ahead: this.#last, behind: undefined });
  }

  prepend(value: T): Place<T> {
    return this.#link({ value, ahead: undefined, behind: this.#first });
  }

  /** @param place One of this line: it is removed once. */
  remove({ ahead, behind }: Place<T>): void {
    if (ahead) ahead.behind = behind;
    else this.#first = behind;
    if (behind) behind.ahead = ahead;
    else this.#last = ahead;
    this.#size -= 1;
  }

  #link(place: Place<T>): Place<T> {
    if (place.ahead) place.ahead.behind = place;
    else this.#first = place;
    if (place.behind) place.behind.ahead = place;
    else this.#last = place;
    this.#size += 1;
    return place;
  }
}

/** Longer waits have no timer: `setTimeout` would fire at once, and after 24 days nobody is listening. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Numbers of ids and receipts, unique in this process: a receipt of one queue means nothing to another. */
let lastNumber = 0;

/** @throws {RangeError} */
function assertDuration(name: string, durationMs: number): void {
  if (durationMs >= 0) return;
  throw new RangeError(`Expected \`${name}\` to be a number of milliseconds from 0 up, got ${durationMs}`);
}
