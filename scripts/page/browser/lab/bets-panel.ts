// The bets: first a choice, then the run of the reference that decides it.

import type { Recording } from "../../../lab/events.ts";
import type { Bet, Preset } from "../../../lab/lab.ts";
import { element, prose, sign, write } from "./elements.ts";
import type { Memory } from "./remembered.ts";

export interface Betting {
  readonly presets: readonly Preset[];
  readonly memory: Memory;
  /** A run of the reference with that preset. */
  readonly decide: (preset: Preset) => Promise<Recording>;
  /** Shows the deciding run from its beginning; `goesThere`: and brings the picture into sight. */
  readonly watch: (preset: Preset, goesThere: boolean) => void;
  readonly announce: (text: string) => void;
}

/** Puts the bets into `root`. Those that were placed before are settled again, one after the other. */
export async function showBets(root: HTMLElement, bets: readonly Bet[], betting: Betting): Promise<void> {
  const forms = bets.map((bet, index) => new BetForm(bet, index, betting));
  root.append(...forms.map((form) => form.root));
  for (const form of forms) await form.remember();
}

class BetForm {
  readonly root: HTMLFormElement;
  readonly #bet: Bet;
  readonly #betting: Betting;
  readonly #preset: Preset | undefined;
  readonly #result = element("div", { class: "bet-result" });
  readonly #place = element("button", { type: "submit" }, "Place the bet");
  readonly #options: readonly { readonly row: HTMLLabelElement; readonly input: HTMLInputElement }[];

  constructor(bet: Bet, index: number, betting: Betting) {
    this.#bet = bet;
    this.#betting = betting;
    this.#preset = betting.presets.find(({ id }) => id === bet.preset);
    this.#options = bet.options.map((option, at) => optionOf(`bet-${bet.id}`, option, at));
    const legend = element(
      "legend",
      {},
      element("span", { class: "bet-number" }, `Bet ${index + 1}`),
      " ",
      ...prose(bet.question),
    );
    const choice = element("fieldset", {}, legend, ...this.#options.map(({ row }) => row));
    this.root = element("form", { class: "bet" }, choice, this.#place, this.#result);
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#placed();
    });
  }

  /** Settles a bet that was placed on an earlier visit. */
  async remember(): Promise<void> {
    const option = this.#betting.memory.done.bets[this.#bet.id];
    const input = option === undefined ? undefined : this.#options[option]?.input;
    if (option === undefined || !input) return;
    input.checked = true;
    await this.#settle(option);
  }

  async #placed(): Promise<void> {
    const option = this.#options.findIndex(({ input }) => input.checked);
    if (option < 0) {
      this.#result.replaceChildren(element("p", { role: "alert" }, "Choose one first."));
      return;
    }
    this.#betting.memory.keepBet(this.#bet.id, option);
    const words = await this.#settle(option);
    this.#betting.announce(words);
    this.#result.querySelector("button")?.focus();
    if (this.#preset) this.#betting.watch(this.#preset, false);
  }

  async #settle(option: number): Promise<string> {
    for (const { input } of this.#options) input.disabled = true;
    this.#place.hidden = true;
    const preset = this.#preset;
    if (!preset) throw new Error(`Expected the bet "${this.#bet.id}" to name a preset, got "${this.#bet.preset}"`);
    write(this.#result, "The reference runs.");
    const recording = await this.#betting.decide(preset);
    const right = this.#bet.outcome(recording);
    for (const [at, { row }] of this.#options.entries()) {
      const note = at === right ? "so it is" : at === option ? "your bet" : "";
      row.classList.toggle("right", at === right);
      row.classList.toggle("chosen", at === option);
      write(row.querySelector(".bet-note") ?? row, at === right && at === option ? "your bet, and so it is" : note);
    }
    const verdict = right === option ? "Right." : `Not so: it is “${this.#bet.options[right]}”.`;
    const because = this.#bet.because(recording);
    const watch = element("button", { type: "button", class: "quiet" }, `Watch it: ${preset.name}`);
    watch.addEventListener("click", () => this.#betting.watch(preset, true));
    const words = element(
      "p",
      {},
      sign(right === option ? "✓" : "✗"),
      " ",
      element("strong", {}, verdict),
      " ",
      ...prose(because),
    );
    this.#result.className = `bet-result ${right === option ? "won" : "lost"}`;
    this.#result.replaceChildren(words, watch);
    return `${verdict} ${because}`;
  }
}

function optionOf(name: string, option: string, at: number): { row: HTMLLabelElement; input: HTMLInputElement } {
  const input = element("input", { type: "radio", name, value: at });
  const note = element("span", { class: "bet-note" });
  return { row: element("label", { class: "bet-option" }, input, element("span", {}, ...prose(option)), note), input };
}
