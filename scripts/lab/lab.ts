// A lesson's lab: what it is made of. `test/<slug>/lab/lab.ts` exports one as `lab`.

import type { Recording } from "./events.ts";
import type { Stage } from "./stage.ts";

/** The parts of the picture. Producers, slots and consumers are always there; lessons add the others. */
export type Part = "outside" | "tray" | "dead letters" | "door";

export interface Knob {
  readonly label: string;
  /** "per second", "ms", "%"; empty where it is a number of things. */
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly value: number;
}

/** The settings of one run, by the name of the knob. */
export type Settings = Readonly<Record<string, number>>;

export interface Preset {
  /** In the address: "burst". */
  readonly id: string;
  /** Named by what it shows: "Fast producer, slow consumer". */
  readonly name: string;
  /** What to look at, one sentence. */
  readonly look: string;
  /** The knobs that differ from their usual values. */
  readonly settings: Settings;
  readonly seed?: number;
  /** The moment of the first frame: it makes the point before anybody touches anything. */
  readonly showsAtMs: number;
}

export interface Bet {
  readonly id: string;
  readonly question: string;
  readonly options: readonly string[];
  /** The preset that decides it. */
  readonly preset: string;
  /** Reads the right option off a run of the reference: its index. */
  readonly outcome: (recording: Recording) => number;
  /** Why, with the numbers of the run: shown when the bet is settled. */
  readonly because: (recording: Recording) => string;
}

export interface ToDo {
  readonly id: string;
  /** "Make a producer wait" */
  readonly text: string;
  /** When it came about in a run, in milliseconds of the lab; `null`: it did not. */
  readonly happensAtMs: (recording: Recording) => number | null;
}

export interface Lab<Given = never> {
  /** What is seen here, in a title: "A print shop". */
  readonly title: string;
  /** One sentence that says what comes from where and goes where. */
  readonly about: string;
  /** The files of the lesson, each as "#lesson/" names it, that the scene runs on; their exports are what `scene` is given, as one object. */
  readonly files: readonly string[];
  readonly parts: readonly Part[];
  /** The names of things in this lab, where they are not "producer", "consumer", "message". */
  readonly words?: { readonly producer?: string; readonly consumer?: string; readonly item?: string };
  readonly knobs: Readonly<Record<string, Knob>>;
  /** The first is shown first. */
  readonly presets: readonly Preset[];
  readonly bets: readonly Bet[];
  readonly todos: readonly ToDo[];
  /** How long a run is, in milliseconds of the lab. */
  readonly durationMs: number;
  /** Sets the producers and consumers going on the code of the lesson. It may end at once: the run goes on. */
  scene(given: Given, stage: Stage): void | Promise<void>;
}
