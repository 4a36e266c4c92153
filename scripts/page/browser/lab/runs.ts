// The runs that the page shows: one for each subject that is asked for, recorded anew with every question.

import type { Recording } from "../../../lab/events.ts";
import type { Settings } from "../../../lab/lab.ts";
import type { Show } from "./address.ts";
import { recorded } from "./worker-runs.ts";

/** Whose code runs. */
export type Subject = "yours" | "reference";

export function subjectsOf(show: Show): readonly Subject[] {
  return show === "both" ? ["yours", "reference"] : [show];
}

export class Runs {
  readonly #slug: string;
  #asking = new AbortController();

  constructor(slug: string) {
    this.#slug = slug;
  }

  /** Records the subjects. A later question makes an earlier one resolve to `null`: its answer is old. */
  async record(
    subjects: readonly Subject[],
    settings: Settings,
    seed: number,
  ): Promise<ReadonlyMap<Subject, Recording> | null> {
    this.#asking.abort();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const runs = subjects.map(
        async (subject) => [subject, await this.#run(subject, settings, seed, asking.signal)] as const,
      );
      const all = await Promise.all(runs);
      return asking.signal.aborted ? null : new Map(all);
    } catch (error) {
      if (asking.signal.aborted) return null;
      throw error;
    }
  }

  /** One run of the reference, beside those that are shown. */
  reference(settings: Settings, seed: number): Promise<Recording> {
    return this.#run("reference", settings, seed, new AbortController().signal);
  }

  #run(subject: Subject, settings: Settings, seed: number, signal: AbortSignal): Promise<Recording> {
    return recorded({ slug: this.#slug, subject, settings, seed }, { signal });
  }
}
