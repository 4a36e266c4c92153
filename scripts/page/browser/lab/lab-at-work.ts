// The lab at work: keeps what is asked for in one place, has it recorded, and brings the pictures, the
// numbers, the panels and the address to it.

import type { Lab, Preset } from "../../../lab/lab.ts";
import { readAddress, type Show, type Shown, seedOf, settingsOf, writeAddress } from "./address.ts";
import { showBets } from "./bets-panel.ts";
import { part, prose, write } from "./elements.ts";
import { PlayerBar } from "./player-bar.ts";
import { followedSpeed, type Move, Playhead } from "./playhead.ts";
import { remembered } from "./remembered.ts";
import { RunScreens } from "./run-screens.ts";
import { Runs, subjectsOf } from "./runs.ts";
import { SettingsPanel } from "./settings-panel.ts";
import { ToDosPanel } from "./todos-panel.ts";
import { WhoseCode } from "./whose-code.ts";

/** A knob that is being turned asks for a run when it rests. */
const REST_MS = 100;
const ADDRESS_REST_MS = 250;
/** How long a chip is on its way at the usual speed, and at most; where all goes too fast, none is seen. */
const FLIGHT_MS = 380;
const LONGEST_FLIGHT_MS = 600;
const SPEED_WITHOUT_FLIGHTS = 8;

export class LabAtWork {
  readonly #root: HTMLElement;
  readonly #lab: Lab;
  readonly #runs: Runs;
  readonly #playhead = new Playhead(
    (...moved) => this.#moved(...moved),
    (isPlaying) => this.#played(isPlaying),
  );
  readonly #bar: PlayerBar;
  readonly #screens: RunScreens;
  readonly #settings: SettingsPanel;
  readonly #whose: WhoseCode;
  readonly #todos: ToDosPanel;
  readonly #stillness = matchMedia("(prefers-reduced-motion: reduce)");
  #shown: Shown;
  /** Before anybody has touched anything. */
  #isFirst = true;
  /** What is to be said in the next frame, in one go. */
  #news: string[] = [];
  #problem: string | null = null;
  #askTimer = 0;
  #addressTimer = 0;

  constructor(root: HTMLElement, slug: string, lab: Lab) {
    this.#root = root;
    this.#lab = lab;
    this.#runs = new Runs(slug);
    this.#shown = readAddress(location.search, lab);
    this.#whose = new WhoseCode(root, lab, (show) => this.#ask({ ...this.#shown, show }));
    const memory = remembered(slug);
    this.#bar = new PlayerBar(part(root, "[data-lab-player]"), this.#playhead, lab.durationMs);
    this.#screens = new RunScreens(lab, part(root, "[data-lab-pictures]"), part(root, "[data-lab-numbers]"), (atMs) =>
      this.#playhead.put(atMs),
    );
    this.#settings = new SettingsPanel(
      root,
      lab,
      (preset) => void this.#choose(preset, this.#shown.show),
      (settings, seed) => this.#ask({ ...this.#shown, settings, seed }),
    );
    this.#todos = new ToDosPanel(part(root, "[data-lab-todos]"), lab.todos, memory);
    write(part(root, "[data-lab-title]"), lab.title);
    part(root, "[data-lab-about]").replaceChildren(...prose(lab.about));
    this.#listen(slug);
    part(root, "[data-lab-bets]")
      .closest("section")
      ?.toggleAttribute("hidden", lab.bets.length === 0);
    part(root, "[data-lab-todos]")
      .closest("section")
      ?.toggleAttribute("hidden", lab.todos.length === 0);
    const decide = (preset: Preset) => this.#runs.reference(settingsOf(preset, lab.knobs), seedOf(preset));
    const watch = (preset: Preset, goesThere: boolean) => void this.#watch(preset, goesThere);
    const announce = (text: string) => this.#announce(text);
    void this.#record().then(() =>
      showBets(part(root, "[data-lab-bets]"), lab.bets, { presets: lab.presets, memory, decide, watch, announce }),
    );
  }

  #listen(slug: string): void {
    document.addEventListener("workbook:saved", (event) => {
      if ((event as CustomEvent<{ slug?: string }>).detail?.slug !== slug) return;
      this.#whose.savedAt = new Date();
      // Whoever saves wants to see their own, also where a bet has led to the reference.
      this.#ask({ ...this.#shown, show: this.#shown.show === "both" ? "both" : null });
    });
    document.addEventListener("workbook:theme", () => this.#screens.recolour());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#screens.recolour());
  }

  /** The preset as it is meant: its knobs, its seed, and at rest at the moment that shows the point. */
  #choose(preset: Preset, show: Show | null, atMs = preset.showsAtMs): Promise<void> {
    this.#playhead.pause();
    const { id } = preset;
    this.#shown = { preset: id, seed: seedOf(preset), settings: settingsOf(preset, this.#lab.knobs), show, atMs };
    this.#isFirst = false;
    return this.#record();
  }

  /** The deciding run of a bet, from its beginning. */
  async #watch(preset: Preset, goesThere: boolean): Promise<void> {
    if (goesThere) {
      part(this.#root, "[data-lab-stage]").scrollIntoView({ block: "start" });
      part(this.#root, "[data-player=play]").focus({ preventScroll: true });
    }
    await this.#choose(preset, "reference", 0);
    this.#playhead.play();
  }

  #ask(shown: Shown): void {
    this.#shown = shown;
    this.#isFirst = false;
    this.#settings.show(shown);
    clearTimeout(this.#askTimer);
    this.#askTimer = setTimeout(() => void this.#record(), REST_MS);
  }

  async #record(): Promise<void> {
    const shown = this.#shown;
    this.#settings.show(shown);
    this.#root.dataset.labState = "recording";
    let show = shown.show ?? "yours";
    let runs = await this.#runs.record(subjectsOf(show), shown.settings, shown.seed);
    const own = runs?.get("yours") ?? null;
    // The first frame makes its point also where there is no code of the learner's to make it.
    const isReplaced = shown.show === null && own?.problemKind === "todo";
    if (isReplaced) {
      show = "reference";
      runs = await this.#runs.record(subjectsOf(show), shown.settings, shown.seed);
    }
    if (!runs) return;
    this.#screens.put(runs, this.#whose.notes);
    this.#playhead.winds(this.#screens.durationMs, this.#screens.moments, this.#shown.atMs);
    this.#bar.winds(this.#playhead.durationMs, this.#screens.troubles);
    if (this.#isFirst && this.#playhead.moments > 0) {
      this.#bar.chooses(followedSpeed(this.#playhead.moments, this.#playhead.durationMs));
    }
    // What the first frame shows has not been watched: it ticks no to-do.
    this.#todos.watches(isReplaced ? null : own, this.#isFirst ? this.#playhead.atMs + 1 : 0);
    this.#whose.show(show, isReplaced ? (own?.problem ?? null) : null);
    this.#show(0);
    this.#root.dataset.labState = "ready";
    this.#keepAddress();
    const problem = own?.problem ?? null;
    if (problem !== null && problem !== this.#problem) this.#announce(problem);
    if (own && problem === null && this.#problem !== null) this.#announce("Your code runs to the end now.");
    if (own) this.#problem = problem;
  }

  #moved(move: Move, fromMs: number): void {
    this.#isFirst = false;
    this.#shown = { ...this.#shown, atMs: this.#playhead.atMs };
    this.#show(this.#flightMs(move));
    if (move === "steps") {
      const told = this.#screens.toldBetween(fromMs, this.#playhead.atMs);
      if (told) this.#announce(told);
    }
    if (move !== "plays") this.#keepAddress();
  }

  #played(isPlaying: boolean): void {
    this.#bar.showPlaying(isPlaying);
    if (!isPlaying) this.#keepAddress();
  }

  #show(flightMs: number): void {
    const { atMs } = this.#playhead;
    this.#screens.show(atMs, flightMs);
    this.#bar.showTime();
    const happened = this.#todos.pass(atMs);
    if (happened.length > 0) this.#announce(happened.map(({ text }) => `Done: ${text}.`).join(" "));
  }

  /** The faster the run, the shorter the flight; a jump has none. */
  #flightMs(move: Move): number {
    if (move === "jumps" || this.#stillness.matches) return 0;
    if (move === "steps") return FLIGHT_MS;
    return this.#playhead.speed > SPEED_WITHOUT_FLIGHTS
      ? 0
      : Math.min(LONGEST_FLIGHT_MS, FLIGHT_MS / this.#playhead.speed);
  }

  #announce(text: string): void {
    this.#news.push(text.replaceAll("`", ""));
    const live = part(this.#root, "[data-lab-live]");
    // Emptied first: the same words twice are news twice.
    live.textContent = "";
    requestAnimationFrame(() => {
      if (this.#news.length > 0) live.textContent = this.#news.join(" ");
      this.#news = [];
    });
  }

  #keepAddress(): void {
    clearTimeout(this.#addressTimer);
    this.#addressTimer = setTimeout(() => {
      history.replaceState(history.state, "", writeAddress(this.#shown, this.#lab) + location.hash);
    }, ADDRESS_REST_MS);
  }
}
