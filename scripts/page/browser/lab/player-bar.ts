// The player's buttons, its scrubber, its speeds, and its keys.

import { element, part, write } from "./elements.ts";
import { type Playhead, SPEEDS } from "./playhead.ts";
import { seconds } from "./time-words.ts";

/** Keys belong to the control that has the focus; a step to the left in a text or on a scale is its own. */
const TYPED_IN = "input, select, textarea";
const PRESSED = "button, a[href], summary, [role=button]";

export class PlayerBar {
  readonly #playhead: Playhead;
  readonly #play: HTMLButtonElement;
  readonly #scrubber: HTMLInputElement;
  readonly #time: HTMLElement;
  readonly #marks: HTMLElement;
  readonly #wholeMs: number;

  /** @param wholeMs How long a run is that does not end early: times have as many digits as it needs. */
  constructor(root: HTMLElement, playhead: Playhead, wholeMs: number) {
    this.#playhead = playhead;
    this.#wholeMs = wholeMs;
    this.#play = part(root, "[data-player=play]");
    this.#scrubber = part(root, "[data-player=scrubber]");
    this.#time = part(root, "[data-player=time]");
    this.#marks = part(root, "[data-player=marks]");
    const on = (name: string, act: () => void) => part(root, `[data-player=${name}]`).addEventListener("click", act);
    on("play", () => this.#toggle());
    on("start", () => {
      playhead.pause();
      playhead.put(0);
    });
    on("back", () => playhead.step(-1));
    on("step", () => playhead.step(1));
    this.#scrubber.addEventListener("input", () => playhead.put(Number(this.#scrubber.value)));
    const speeds = part(root, "[data-player=speeds]");
    speeds.append(...SPEEDS.map((speed) => speedChoice(speed)));
    speeds.addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement) playhead.speed = Number(target.value);
    });
    document.addEventListener("keydown", (event) => this.#press(event));
  }

  /** Another run: how long it is, and where in it something went wrong. */
  winds(durationMs: number, troubles: readonly number[]): void {
    this.#scrubber.max = String(durationMs);
    this.#scrubber.step = String(durationMs <= 3000 ? 10 : 100);
    this.#marks.replaceChildren(
      ...troubles.map((atMs) => {
        const mark = element("span", { class: "trouble-mark" });
        mark.style.setProperty("--at", String(atMs / durationMs));
        return mark;
      }),
    );
  }

  /** The speed that is chosen for the learner. */
  chooses(speed: number): void {
    this.#playhead.speed = speed;
    const choice = document.querySelector<HTMLInputElement>(`[data-player=speeds] input[value="${speed}"]`);
    if (choice) choice.checked = true;
  }

  showTime(): void {
    const { atMs, durationMs } = this.#playhead;
    const [now, end] = [seconds(atMs, this.#wholeMs), seconds(durationMs, this.#wholeMs)];
    this.#scrubber.value = String(atMs);
    this.#scrubber.setAttribute("aria-valuetext", `${now} of ${end}`);
    write(this.#time, `${now} of ${end}`);
  }

  showPlaying(isPlaying: boolean): void {
    this.#play.classList.toggle("playing", isPlaying);
    write(part(this.#play, ".word"), isPlaying ? "Pause" : "Play");
  }

  #toggle(): void {
    if (this.#playhead.isPlaying) this.#playhead.pause();
    else this.#playhead.play();
  }

  #press(event: KeyboardEvent): void {
    const { key, target } = event;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !(target instanceof Element)) return;
    if (target.closest(TYPED_IN)) return;
    if (key === " " && !target.closest(PRESSED)) this.#toggle();
    else if (key === "ArrowRight") this.#playhead.step(1);
    else if (key === "ArrowLeft") this.#playhead.step(-1);
    else return;
    event.preventDefault();
  }
}

function speedChoice(speed: number): HTMLLabelElement {
  const input = element("input", { type: "radio", name: "lab-speed", value: speed, checked: speed === 1 });
  return element("label", {}, input, element("span", {}, `${speed}×`));
}
