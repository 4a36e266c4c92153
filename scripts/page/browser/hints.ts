// Hints unfold one by one: the next can be opened when the one before it was. The workbook remembers which
// were shown, for `npm run hint` as well.

import { post } from "./post.ts";

export function startHints(lesson: string): void {
  document.addEventListener(
    "toggle",
    ({ target }) => {
      if (target instanceof HTMLDetailsElement && target.open && target.classList.contains("hint"))
        shown(lesson, target);
    },
    // `toggle` does not bubble.
    { capture: true },
  );
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest<HTMLElement>("[data-hint-next]");
    if (button) openNext(button.dataset.hintNext ?? "");
  });
}

function shown(lesson: string, hint: HTMLDetailsElement): void {
  const { task = "", hint: number = "0", shown: isKnown } = hint.dataset;
  const next = hintsOf(task).find((other) => Number(other.dataset.hint) === Number(number) + 1);
  if (next) next.hidden = false;
  if (isKnown) return;
  // Where the server did not hear of it, the hint is told again when it is opened again.
  void post(lesson, "hints", { task, number: Number(number) }).then((answer) => {
    if (typeof answer !== "string") hint.dataset.shown = "true";
  });
}

/** In another page of the same lesson, the hints up to `number` were shown: they wait here, folded. */
export function showHinted(task: string, number: number): void {
  for (const hint of hintsOf(task)) {
    const own = Number(hint.dataset.hint);
    if (own <= number) hint.dataset.shown = "true";
    if (own <= number + 1) hint.hidden = false;
  }
}

/** Opens the first hint of the task that was never shown, or else the last, and leads there. */
function openNext(task: string): void {
  const hints = hintsOf(task);
  const hint = hints.find(({ dataset }) => !dataset.shown) ?? hints.at(-1);
  if (!hint) return;
  hint.hidden = false;
  hint.open = true;
  hint.scrollIntoView({ block: "center" });
  hint.querySelector("summary")?.focus({ preventScroll: true });
}

function hintsOf(task: string): HTMLDetailsElement[] {
  return [...document.querySelectorAll<HTMLDetailsElement>(`details.hint[data-task="${task}"]`)];
}
