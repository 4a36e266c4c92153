// What is shown, as the query of the page's address, so that a run can be bookmarked and passed on.

import type { Lab, Preset, Settings } from "../../../lab/lab.ts";

/** Whose code is seen. */
export type Show = "yours" | "reference" | "both";

export const SHOWS: readonly Show[] = ["yours", "reference", "both"];

/** One run of the lab, and the moment of it that is seen. */
export interface Shown {
  readonly preset: string;
  readonly seed: number;
  /** All knobs, by name. */
  readonly settings: Settings;
  /** `null`: the address leaves it open. */
  readonly show: Show | null;
  readonly atMs: number;
}

type Choices = Pick<Lab, "knobs" | "presets" | "durationMs">;

/** The knobs as the preset has them. */
export function settingsOf(preset: Preset, knobs: Lab["knobs"]): Settings {
  return Object.fromEntries(Object.entries(knobs).map(([name, knob]) => [name, preset.settings[name] ?? knob.value]));
}

export function seedOf(preset: Preset): number {
  return preset.seed ?? 1;
}

/** Reads `?preset=burst&seed=2&show=both&at=12.4&knob.rate=8`. What makes no sense counts as not said. */
export function readAddress(query: string, lab: Choices): Shown {
  const said = new URLSearchParams(query);
  const preset = lab.presets.find(({ id }) => id === said.get("preset")) ?? lab.presets[0];
  if (!preset) throw new Error("Expected `presets` of the lab to have at least one preset, got none");
  const usual = settingsOf(preset, lab.knobs);
  const settings = Object.entries(lab.knobs).map(([name, knob]) => {
    const value = numberIn(said, `knob.${name}`);
    return [name, value === null ? usual[name] : onScale(value, knob)];
  });
  const seed = numberIn(said, "seed");
  const at = numberIn(said, "at");
  return {
    preset: preset.id,
    seed: seed !== null && Number.isSafeInteger(seed) && seed >= 0 ? seed : seedOf(preset),
    settings: Object.fromEntries(settings),
    show: SHOWS.find((show) => show === said.get("show")) ?? null,
    atMs: at === null ? preset.showsAtMs : Math.min(Math.max(0, at * 1000), lab.durationMs),
  };
}

/** The query that `readAddress` reads: what is as the preset has it is left out, the moment is not. */
export function writeAddress(shown: Shown, lab: Choices): string {
  const said = new URLSearchParams({ preset: shown.preset });
  const preset = lab.presets.find(({ id }) => id === shown.preset);
  if (!preset || shown.seed !== seedOf(preset)) said.set("seed", String(shown.seed));
  const usual = preset ? settingsOf(preset, lab.knobs) : {};
  for (const [name, value] of Object.entries(shown.settings)) {
    if (value !== usual[name]) said.set(`knob.${name}`, String(value));
  }
  if (shown.show) said.set("show", shown.show);
  said.set("at", String(Math.round(shown.atMs) / 1000));
  return `?${said}`;
}

function numberIn(said: URLSearchParams, name: string): number | null {
  const text = said.get(name);
  if (text === null || text.trim() === "") return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** The nearest value that the knob can have. */
function onScale(value: number, { least, most, step }: Lab["knobs"][string]): number {
  const steps = Math.round((Math.min(Math.max(value, least), most) - least) / step);
  // 0.1 + 2 * 0.1 is not 0.3 in binary: the value has as many digits as the knob.
  return Number((least + steps * step).toFixed(6));
}
