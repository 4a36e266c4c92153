// Steps through a schedule: by its scrubber, its buttons, the arrow keys, a click on a row, or by itself. The
// server sends players complete and standing at their first step; where the reader has moved one to is kept
// here, and holds when the same schedule is sent again.

/** Where the reader has left a player, by the id of the player. */
interface Place {
  /** Of the schedule: with another, the player begins anew. */
  code: string;
  step: number;
  playing: number | undefined;
}

const PLAYER = "schedule-player";
const STEP_MS = 1_000;
const COPIED_MS = 2_000;

export function startSchedulePlayers(root: Document): void {
  const places = new Map<string, Place>();
  const placeOf = (player: HTMLElement): Place | undefined => {
    const place = places.get(player.id);
    return place?.code === player.dataset.code ? place : undefined;
  };

  const goTo = (player: HTMLElement, step: number) => {
    const place = placeOf(player) ?? { code: player.dataset.code ?? "", step, playing: undefined };
    place.step = Math.min(Math.max(step, 1), stepsOf(player));
    places.set(player.id, place);
    player.querySelector(".schedule-now")?.setAttribute("aria-live", "polite");
    show(player, place);
  };
  const pause = (player: HTMLElement) => {
    const place = placeOf(player);
    if (place?.playing === undefined) return;
    clearInterval(place.playing);
    place.playing = undefined;
    show(player, place);
  };
  const play = (player: HTMLElement) => {
    const { id } = player;
    goTo(player, at(player) === stepsOf(player) ? 1 : at(player) + 1);
    const place = placeOf(player);
    if (!place) return;
    place.playing = window.setInterval(() => {
      // The page may have been patched since: it is found anew each time.
      const shown = root.getElementById(id);
      if (!shown || placeOf(shown) !== place) return clearInterval(place.playing);
      goTo(shown, place.step + 1);
      if (place.step === stepsOf(shown)) pause(shown);
    }, STEP_MS);
    show(player, place);
  };
  const move = (player: HTMLElement, step: number) => {
    pause(player);
    goTo(player, step);
  };

  root.addEventListener("input", ({ target }) => {
    const player = playerAround(target);
    if (player && target instanceof HTMLInputElement) move(player, target.valueAsNumber);
  });
  root.addEventListener("click", ({ target }) => {
    const player = playerAround(target);
    if (!player || !(target instanceof Element)) return;
    const row = target.closest<SVGElement>("[data-step]");
    const button = target.closest<HTMLElement>("[data-move], [data-copy-replay]");
    if (row) move(player, Number(row.dataset.step));
    else if (button?.hasAttribute("data-copy-replay")) void copyReplay(button);
    else if (button?.dataset.move === "back") move(player, at(player) - 1);
    else if (button?.dataset.move === "on") move(player, at(player) + 1);
    else if (button) placeOf(player)?.playing === undefined ? play(player) : pause(player);
  });
  root.addEventListener("keydown", (event) => {
    const player = playerAround(event.target);
    const isOnPicture = event.target instanceof Element && event.target.classList.contains("schedule-view");
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!player || !isOnPicture || by === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    move(player, at(player) + by);
  });

  // A patch of the page puts the first step back: what the reader had chosen is put in its place before it is seen.
  const patched = new MutationObserver(() => {
    for (const player of root.querySelectorAll<HTMLElement>(`.${PLAYER}`)) {
      const place = placeOf(player);
      if (place && !isShown(player, place)) show(player, place);
    }
  });
  patched.observe(root, {
    subtree: true,
    childList: true,
    attributeFilter: ["data-at", "data-code", "data-is-playing"],
  });
}

function isShown({ dataset }: HTMLElement, { step, playing }: Place): boolean {
  return dataset.at === String(step) && (dataset.isPlaying !== undefined) === (playing !== undefined);
}

/** Shows a step: everything else in the player follows from it. */
function show(player: HTMLElement, { step, playing }: Place): void {
  const steps = stepsOf(player);
  const told = player.querySelectorAll(".schedule-text li")[step - 1];
  player.dataset.at = String(step);
  player.toggleAttribute("data-is-playing", playing !== undefined);
  for (const part of player.querySelectorAll<SVGElement>("[data-step]")) {
    const own = Number(part.dataset.step);
    if (own < step) delete part.dataset.state;
    else part.dataset.state = own === step ? "now" : "to come";
  }
  const scrubber = player.querySelector<HTMLInputElement>('input[type="range"]');
  if (scrubber) {
    scrubber.value = String(step);
    scrubber.setAttribute("aria-valuetext", `${step} of ${steps}: ${told?.querySelector("code")?.textContent ?? ""}`);
  }
  const output = player.querySelector("output");
  if (output) output.textContent = `${step} of ${steps}`;
  const now = player.querySelector(".schedule-now");
  if (now && told && now.innerHTML !== told.innerHTML) now.replaceChildren(...told.cloneNode(true).childNodes);
  for (const button of player.querySelectorAll<HTMLElement>("[data-move]")) {
    const { move } = button.dataset;
    if (move === "play") button.textContent = playing === undefined ? "Play" : "Pause";
    // Not `disabled`: that would take the focus away from whoever has just pressed it.
    else if (step === (move === "back" ? 1 : steps)) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

/** Copies the command beside the button, or selects it where copying is not allowed. */
async function copyReplay(button: HTMLElement): Promise<void> {
  const command = button.parentElement?.querySelector("code");
  const told = button.parentElement?.querySelector('[role="status"]');
  if (!command) return;
  try {
    await navigator.clipboard.writeText(command.textContent ?? "");
    button.textContent = "Copied";
    if (told) told.textContent = "Copied";
    setTimeout(() => {
      button.textContent = "Copy";
      if (told) told.textContent = "";
    }, COPIED_MS);
  } catch {
    getSelection()?.selectAllChildren(command);
    if (told) told.textContent = "Selected. Copy it with your keyboard.";
  }
}

function playerAround(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>(`.${PLAYER}`) : null;
}

function at(player: HTMLElement): number {
  return Number(player.dataset.at);
}

function stepsOf(player: HTMLElement): number {
  return Number(player.querySelector<HTMLInputElement>('input[type="range"]')?.max ?? 1);
}
