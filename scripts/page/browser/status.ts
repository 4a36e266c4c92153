// The signs beside a task's titles, in the contents and in the text.

const SIGNS: Record<string, [sign: string, word: string]> = {
  passed: ["✓", "passed"],
  failed: ["✗", "failed"],
  todo: ["○", "not written yet"],
  stopped: ["■", "stopped"],
};

export function setStatus(task: string, status: string): void {
  const [sign, word] = SIGNS[status] ?? ["–", "not checked yet"];
  for (const place of document.querySelectorAll(`[data-task-sign="${task}"], [data-task-state="${task}"]`)) {
    const shown = place.querySelector(".status");
    if (!shown || shown.classList.contains(status)) continue;
    shown.className = `status ${status}`;
    const [signPlace, wordPlace] = shown.querySelectorAll("span");
    if (signPlace) signPlace.textContent = sign;
    if (wordPlace) wordPlace.textContent = word;
  }
}
