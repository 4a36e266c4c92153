// One run on the page: whose code it is, its picture, what happens in it, and why it ended early.

import type { Recording } from "../../../lab/events.ts";
import type { Lab } from "../../../lab/lab.ts";
import type { Picture } from "../../../lab/picture.ts";
import { element, prose, sign } from "./elements.ts";
import { RunFigures } from "./figures.ts";
import { PictureView } from "./picture-view.ts";
import type { Subject } from "./runs.ts";
import { counted, seconds } from "./time-words.ts";

const OWNERS: Readonly<Record<Subject, { readonly code: string; readonly queue: string }>> = {
  yours: { code: "Your code", queue: "Your queue" },
  reference: { code: "The reference", queue: "The reference's queue" },
};

/** Printed lines that are shown; of the others it says how many there are. */
const MOST_PRINTED = 200;

export class Panel {
  readonly subject: Subject;
  readonly recording: Recording;
  readonly figures: RunFigures;
  readonly root: HTMLElement;
  readonly #view: PictureView;
  readonly #caption = element("p", { class: "caption" });
  readonly #broken = element("p", { class: "broken" });
  #said = "";

  /** @param note Where the code of the run is from: "recorded from your file, saved 14:05:12". */
  constructor(lab: Lab, subject: Subject, recording: Recording, note: string) {
    this.subject = subject;
    this.recording = recording;
    this.figures = new RunFigures(recording, lab.durationMs);
    const { code, queue } = OWNERS[subject];
    this.#view = new PictureView(lab, queue, recording, this.figures);
    const head = element("header", { class: "panel-head" }, element("h3", {}, code), element("p", {}, note));
    const isBroken = recording.events.some(({ kind }) => kind === "broken");
    const lines = element("div", { class: `lines${isBroken ? " two" : ""}` }, this.#caption, this.#broken);
    this.root = element("article", { class: "panel", "data-subject": subject }, head);
    const { problem, problemKind = "stopped" } = recording;
    if (problem !== null) this.root.append(problemOf(problem, problemKind, subject));
    this.root.append(this.#view.root, lines);
    if (recording.printed.length > 0) this.root.append(printedOf(recording.printed, lab.durationMs));
  }

  /** Shows a moment: after the end of a run that ended early, its end. */
  show(atMs: number, flightMs: number): Picture {
    const picture = this.#view.show(Math.min(atMs, this.recording.durationMs), flightMs);
    const { caption, broken } = picture;
    const said = `${caption?.atMs} ${broken.length}`;
    if (said !== this.#said) {
      this.#said = said;
      const durationMs = this.figures.wholeMs;
      this.#caption.replaceChildren(
        ...(caption ? [element("time", {}, seconds(caption.atMs, durationMs)), " ", ...prose(caption.text)] : []),
      );
      this.#broken.replaceChildren(...brokenOf(broken, durationMs));
    }
    return picture;
  }
}

const PROBLEMS = { todo: ["○", "Todo."], failed: ["✗", "Failed."], stopped: ["■", "Stopped."] } as const;

/** Why the run ended early, and, where it is the learner's own, a way to see one that does not. */
function problemOf(problem: string, kind: keyof typeof PROBLEMS, subject: Subject): HTMLElement {
  const [glyph, word] = PROBLEMS[kind];
  const text = element("p", {}, sign(glyph), " ", element("strong", {}, word), " ", ...prose(problem));
  const offer = element("button", { type: "button", "data-lab-offer": "reference" }, "Look at the reference");
  return element("div", { class: `problem ${kind}` }, text, subject === "yours" && offer);
}

/** What the code printed in the whole run, each line with its time. */
function printedOf(printed: Recording["printed"], wholeMs: number): HTMLElement {
  const lines = printed
    .slice(0, MOST_PRINTED)
    .map(({ atMs, text }) => `${seconds(atMs, wholeMs).padStart(7)}  ${text}`);
  if (printed.length > MOST_PRINTED) lines.push(`and ${printed.length - MOST_PRINTED} more`);
  const summary = element("summary", {}, `Console output of the whole run: ${counted(printed.length, "line")}`);
  return element("details", { class: "printed" }, summary, element("pre", { tabindex: 0 }, lines.join("\n")));
}

/** The last promise that was seen to be broken, and how many there are. */
function brokenOf(broken: Picture["broken"], durationMs: number): (Node | string)[] {
  const last = broken.at(-1);
  if (!last) return [];
  const before = broken.length === 1 ? "" : ` (the ${ordinal(broken.length)} in this run)`;
  const head = element("strong", {}, `Broken promise at ${seconds(last.atMs, durationMs)}${before}: `);
  return [sign("✗"), " ", head, ...prose(last.text)];
}

function ordinal(number: number): string {
  const isTeen = number % 100 > 10 && number % 100 < 14;
  return `${number}${isTeen ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[number % 10] ?? "th")}`;
}
