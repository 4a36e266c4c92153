// The switch between the learner's code and the reference, and what is said of where a run is from.

import type { Lab } from "../../../lab/lab.ts";
import type { Show } from "./address.ts";
import { element, part, prose, sign } from "./elements.ts";
import type { Subject } from "./runs.ts";
import { timeOfDay } from "./time-words.ts";

export class WhoseCode {
  readonly #root: HTMLElement;
  readonly #lab: Lab;
  /** When the learner's file was last saved; `null`: nobody knows. */
  savedAt: Date | null;

  /** @param onShow Called with what was chosen: by the switch, or by an offer beside a problem. */
  constructor(root: HTMLElement, lab: Lab, onShow: (show: Show) => void) {
    this.#root = root;
    this.#lab = lab;
    this.savedAt = root.dataset.labSaved ? new Date(Number(root.dataset.labSaved)) : null;
    part(root, "[data-lab-show]").addEventListener("change", ({ target }) => {
      if (target instanceof HTMLInputElement) onShow(target.value as Show);
    });
    root.addEventListener("click", ({ target }) => {
      if (!(target instanceof Element) || !target.closest("[data-lab-offer]")) return;
      this.#choiceOf("reference")?.focus();
      onShow("reference");
    });
  }

  /** "recorded from your file, saved 14:05:12" */
  get notes(): Readonly<Record<Subject, string>> {
    const files = this.#lab.files.length === 1 ? "your file" : "your files";
    const saved = this.savedAt ? `, saved ${timeOfDay(this.savedAt)}` : "";
    return { yours: `recorded from ${files}${saved}`, reference: "recorded from the solution" };
  }

  /** @param replaced Why the reference is seen although nobody asked for it; `null`: somebody did. */
  show(show: Show, replaced: string | null): void {
    const choice = this.#choiceOf(show);
    if (choice) choice.checked = true;
    this.#root.dataset.labShows = show;
    const notice = part(this.#root, "[data-lab-notice]");
    notice.hidden = replaced === null;
    if (replaced === null) return;
    const words = " What you see is the reference. Save your file, and you see your own.";
    notice.replaceChildren(sign("○"), " ", element("strong", {}, "Todo."), " ", ...prose(replaced), words);
  }

  #choiceOf(show: Show): HTMLInputElement | null {
    return part(this.#root, "[data-lab-show]").querySelector<HTMLInputElement>(`input[value=${show}]`);
  }
}
