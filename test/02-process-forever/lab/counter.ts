// The counter of the photo shop in the lab of lesson 02: where photos come in, and the queue they wait in.

import type { Stage } from "../../../scripts/lab/stage.ts";

/** What one trip to the queue and back takes, however many photos it brings. */
const TRIP_MS = 100;

/** What will become of a photo. It is settled when the photo comes in, so that no loop changes its luck. */
interface Photo {
  readonly label: string;
  readonly takesMs: number;
  /** A PDF fails at once, by a throw; the storage fails at the end, by a rejection. */
  readonly fails: "as a PDF" | "in the storage" | null;
}

/** The queue holds the numbers of photos, counted from 0: the first one is falsy. */
export class Counter {
  readonly #stage: Stage;
  readonly #name: string;
  readonly #photos: Photo[] = [];
  readonly #waiting: number[] = [];

  constructor(stage: Stage, name: string) {
    this.#stage = stage;
    this.#name = name;
  }

  photo(number: number): Photo | undefined {
    return this.#photos[number];
  }

  takeIn(): void {
    const { serviceMs = 0, failureRate = 0 } = this.#stage.knobs;
    const number = this.#photos.length;
    const label = `photo ${number}`;
    const takesMs = Math.round(serviceMs * (0.5 + this.#stage.random("size")));
    const [luck, kind] = [this.#stage.random("luck"), this.#stage.random("kind")];
    const fails = luck * 100 >= failureRate ? null : kind < 0.5 ? "as a PDF" : "in the storage";
    this.#photos.push({ label, takesMs, fails });
    this.#waiting.push(number);
    this.#stage.note({ kind: "made", item: number + 1, label, by: this.#name });
    this.#stage.note({ kind: "offered", item: number + 1, by: this.#name });
    this.#stage.note({ kind: "queued", item: number + 1 });
  }

  /** Brings the oldest photos, at most `batchSize`, at the end of the trip. */
  async fetch(batchSize: number, by: string): Promise<number[]> {
    this.#stage.note({ kind: "asks", by });
    await this.#stage.wait(TRIP_MS);
    const batch = this.#waiting.splice(0, batchSize);
    for (const number of batch) this.#stage.note({ kind: "taken", item: number + 1, by });
    if (batch.length === 0) this.#stage.note({ kind: "nothing", by });
    return batch;
  }
}
