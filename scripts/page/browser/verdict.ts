// Shows the verdict where it belongs: the panel, the signs beside the tasks, and a sentence for those who listen.

import morphdom from "morphdom";
import type { Checking, News, Verdict } from "./live.ts";
import { setStatus } from "./status.ts";

/** What the page has told so far; null before the first verdict. */
let shownSummary: string | null = null;

export function showVerdict(news: News): void {
  if (news.kind === "checking") showChecking(news);
  else if (news.kind === "verdict") showReport(news);
  else if (news.kind === "trouble") showTrouble(news.sentence);
}

function showChecking({ done, of, failed, statuses }: Checking): void {
  showTrouble(null);
  showStatuses(statuses);
  tell("#checking", of === 0 ? "Checking …" : `Checking … ${done} of ${of}`);
  const panel = document.querySelector<HTMLElement>("#first-failure");
  if (!panel) return;
  panel.hidden = failed === null;
  if (failed) panel.replaceChildren(sentence(`✗ ${failed.task} ${failed.name}`), sentence(failed.message));
}

function showReport({ html, statuses, summary, isNews }: Verdict): void {
  showTrouble(null);
  tell("#checking", "");
  const early = document.querySelector<HTMLElement>("#first-failure");
  if (early) early.hidden = true;
  const panel = document.querySelector<HTMLElement>("#verdict");
  if (panel) {
    morphdom(panel, `<div id="verdict">${html}</div>`, {
      // What the reader has opened or closed, and where a scrubber stands, is theirs.
      onBeforeElUpdated: (from, to) => {
        if (from instanceof HTMLDetailsElement && from.id === to.id && from.dataset.touched) {
          to.toggleAttribute("open", from.open);
          to.dataset.touched = "true";
        }
        return !from.isEqualNode(to);
      },
    });
  }
  showStatuses(statuses);
  // A verdict that came while the server was away is news to this page, if not to the server.
  if (isNews || (shownSummary !== null && shownSummary !== summary)) tell("#news", summary);
  shownSummary = summary;
}

function showStatuses(statuses: Record<string, string>): void {
  for (const [task, status] of Object.entries(statuses)) setStatus(task, status);
}

function showTrouble(sentence: string | null): void {
  const place = document.querySelector<HTMLElement>("#trouble");
  if (!place) return;
  place.hidden = sentence === null;
  place.textContent = sentence;
  if (sentence !== null) tell("#checking", "");
}

function sentence(text: string): HTMLElement {
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  return paragraph;
}

function tell(place: string, text: string): void {
  const element = document.querySelector(place);
  if (element && element.textContent !== text) element.textContent = text;
}

// A click on a summary is the reader's own choice: from then on it stays as they left it.
document.addEventListener("click", ({ target }) => {
  const details = target instanceof Element && target.closest("summary")?.parentElement;
  if (details instanceof HTMLDetailsElement) details.dataset.touched = "true";
});
