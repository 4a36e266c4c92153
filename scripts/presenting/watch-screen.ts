// The screen of `npm run watch`: the verdict of the last save, what a key brought up, and the keys.

import { type CheckView, checkScreen } from "./check-screen.ts";
import type { Terminal } from "./terminal.ts";

export interface WatchView {
  /** "04 Ack and visibility" */
  title: string;
  /** The last verdict; null before the first. */
  check: CheckView | null;
  /** The grading under way, with how many checks are done; null when none is. */
  checking: { done: number; of: number } | null;
  /** A hint, a diff, a note: what the last key brought up. */
  aside: string | null;
  isAskingForReset: boolean;
  /** The lesson that was passed just before this one began. */
  passedBefore: string | null;
  notes: string[];
  hasKeys: boolean;
}

export function watchScreen(view: WatchView, terminal: Terminal): string {
  const lines: string[] = [];
  if (view.passedBefore) lines.push(terminal.good(`✓ ${view.passedBefore} is passed. On to the next.`), "");
  lines.push(view.check ? checkScreen(view.check, terminal) : `${terminal.bold(view.title)}: checking …`);
  if (view.aside !== null) lines.push("", terminal.dim("─".repeat(40)), view.aside);
  lines.push(...view.notes.map((note) => terminal.open(note)), "", bottomLine(view, terminal));
  return lines.join("\n");
}

function bottomLine(view: WatchView, terminal: Terminal): string {
  if (view.isAskingForReset)
    return terminal.bold("Bring the starter back? What you have is kept aside. y: yes · any other key: no");
  const state = view.checking ? "checking …" : "watching your file";
  if (!view.hasKeys) return terminal.dim(`${state}; Ctrl+C ends it`);
  const keys = [
    ["h", "hint"],
    ["c", "compare"],
    ["n", "next lesson"],
    ["r", "reset"],
    ["q", "quit"],
  ] as const;
  const shown = keys.map(([key, what]) => `${terminal.bold(key)} ${what}`).join(terminal.dim(" · "));
  return `${shown}   ${terminal.dim(state)}`;
}
