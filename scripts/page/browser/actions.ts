// What buttons do to the learner's files: open them in the editor, bring the starter back.

import type { Kept } from "./live.ts";
import { post } from "./post.ts";

interface Opened {
  place: string;
  problem: string | null;
}

interface Reset {
  savedIn: string | null;
  restored: string[];
  kept: Kept[];
}

export function startActions(lesson: string): void {
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest<HTMLElement>("[data-open]");
    if (button) void open(lesson, button.dataset);
  });
  const dialog = document.querySelector<HTMLDialogElement>("#reset-dialog");
  document.querySelector("#reset")?.addEventListener("click", () => dialog?.showModal());
  dialog?.addEventListener("close", () => {
    if (dialog.returnValue === "yes") void reset(lesson);
    dialog.returnValue = "no";
  });
}

/** `data-open="04.2"` is a task, `data-open-check="04.2/3"` a check of it. */
async function open(lesson: string, { open = "", openCheck }: DOMStringMap): Promise<void> {
  const [task, check] = (openCheck ?? open).split("/");
  const body = task?.includes(".") ? { task, ...(check ? { check: Number(check) } : {}) } : {};
  const opened = await post<Opened>(lesson, "open", body);
  if (typeof opened === "string") say(opened);
  else say(opened.problem ? `${opened.problem}. The place is ${opened.place}` : `Opened ${opened.place}`);
}

async function reset(lesson: string): Promise<void> {
  const done = await post<Reset>(lesson, "reset", {});
  if (typeof done === "string") return say(done);
  if (done.restored.length === 0) return say("It is the starter already: nothing was changed.");
  const saved = done.savedIn === null ? "" : `What you had is in ${done.savedIn}. `;
  say(`${saved}Restored the starter: ${done.restored.join(", ")}.`);
  showKept(done.kept);
}

export function showKept(kept: readonly Kept[]): void {
  const place = document.querySelector<HTMLElement>("#kept");
  const count = place?.querySelector("[data-kept-count]");
  if (!place || !count) return;
  place.hidden = kept.length === 0;
  count.textContent = String(kept.length);
  const entries = kept.map(({ folder, files }) => {
    const entry = document.createElement("li");
    const code = document.createElement("code");
    code.textContent = folder;
    entry.append(code, document.createElement("br"), files.join(", "));
    return entry;
  });
  place.querySelector("ul")?.replaceChildren(...entries);
}

function say(sentence: string): void {
  const place = document.querySelector("#opened");
  if (place) place.textContent = sentence;
}
