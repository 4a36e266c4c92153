// The timers of the virtual clock: what is armed, in the order in which it falls due.
// Nothing here knows the real time; `clock.ts` decides when a timer fires.

/** Node's longest delay; a longer one, like one below 1, becomes 1 ms. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

export type Callback = (...args: unknown[]) => void;

/** A virtual `setTimeout`, `setInterval` or `setImmediate`: the object that Node hands out for one. */
export class VirtualTimer {
  /** Position in the heap; -1 while the timer is not armed. */
  slot = -1;
  dueMs = 0;
  /** Breaks ties: of two timers that fall due together, the one armed first fires first. */
  order = 0;
  #referenced = true;

  constructor(
    readonly id: number,
    readonly timers: Timers,
    readonly delayMs: number,
    readonly repeats: boolean,
    readonly run: () => void,
  ) {}

  ref(): this {
    this.#referenced = true;
    return this;
  }
  unref(): this {
    this.#referenced = false;
    return this;
  }
  hasRef(): boolean {
    return this.#referenced;
  }
  refresh(): this {
    this.timers.disarm(this);
    this.timers.arm(this);
    return this;
  }
  close(): this {
    this.timers.disarm(this);
    return this;
  }
  [Symbol.toPrimitive](): number {
    return this.id;
  }
  [Symbol.dispose ?? Symbol.for("Symbol.dispose")](): void {
    this.close();
  }
}

/** Every armed timer, in a binary heap by due time: arming, disarming and firing take O(log n). */
export class Timers {
  readonly #heap: VirtualTimer[] = [];
  readonly #byId = new Map<number, VirtualTimer>();
  #nextId = 1;
  #nextOrder = 0;

  constructor(readonly nowMs: () => number) {}

  get count(): number {
    return this.#heap.length;
  }

  /** Timers that would keep a process alive. */
  get referencedCount(): number {
    return this.#heap.filter((timer) => timer.hasRef()).length;
  }

  /** The timer that falls due next, if any is armed. */
  get next(): VirtualTimer | undefined {
    return this.#heap[0];
  }

  create(callback: Callback, delayMs: unknown, args: unknown[], repeats: boolean): VirtualTimer {
    if (typeof callback !== "function") {
      const error = new TypeError('The "callback" argument must be of type function.');
      throw Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
    }
    const delay = Number(delayMs);
    const usable = delay >= 1 && delay <= LONGEST_DELAY_MS ? Math.trunc(delay) : 1;
    const timer = new VirtualTimer(this.#nextId++, this, usable, repeats, () => callback(...args));
    this.arm(timer);
    return timer;
  }

  arm(timer: VirtualTimer): void {
    timer.dueMs = this.nowMs() + timer.delayMs;
    timer.order = this.#nextOrder++;
    timer.slot = this.#heap.length;
    this.#heap.push(timer);
    this.#byId.set(timer.id, timer);
    this.#rise(timer);
  }

  disarm(timer: VirtualTimer): void {
    if (timer.slot === -1) return;
    const last = this.#heap.pop() as VirtualTimer;
    if (last !== timer) {
      this.#put(last, timer.slot);
      this.#rise(last);
      this.#sink(last);
    }
    timer.slot = -1;
    this.#byId.delete(timer.id);
  }

  /** What `clearTimeout` and its like accept: a timer, its number, or nonsense, which is ignored. */
  clear(handle: unknown): void {
    if (handle instanceof VirtualTimer) this.disarm(handle);
    const timer = this.#byId.get(Number(handle as number));
    if (timer) this.disarm(timer);
  }

  clearAll(): void {
    for (const timer of this.#heap) timer.slot = -1;
    this.#heap.length = 0;
    this.#byId.clear();
  }

  #put(timer: VirtualTimer, slot: number): void {
    this.#heap[slot] = timer;
    timer.slot = slot;
  }

  #rise(timer: VirtualTimer): void {
    while (timer.slot > 0) {
      const parent = this.#heap[(timer.slot - 1) >> 1] as VirtualTimer;
      if (!before(timer, parent)) return;
      const slot = parent.slot;
      this.#put(parent, timer.slot);
      this.#put(timer, slot);
    }
  }

  #sink(timer: VirtualTimer): void {
    for (;;) {
      const left = this.#heap[2 * timer.slot + 1];
      const right = this.#heap[2 * timer.slot + 2];
      const child = right && left && before(right, left) ? right : left;
      if (!child || !before(child, timer)) return;
      const slot = child.slot;
      this.#put(child, timer.slot);
      this.#put(timer, slot);
    }
  }
}

function before(a: VirtualTimer, b: VirtualTimer): boolean {
  return a.dueMs === b.dueMs ? a.order < b.order : a.dueMs < b.dueMs;
}
