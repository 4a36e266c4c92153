// The settings of a run: presets by what they show, the knobs, and the seed.

import type { Knob, Lab, Preset, Settings } from "../../../lab/lab.ts";
import { type Shown, seedOf, settingsOf } from "./address.ts";
import { element, part, prose, write } from "./elements.ts";
import { seconds } from "./time-words.ts";

type Asked = (settings: Settings, seed: number) => void;

export class SettingsPanel {
  readonly #lab: Pick<Lab, "durationMs" | "knobs" | "presets">;
  readonly #presets: HTMLElement;
  readonly #looks: HTMLElement;
  readonly #seed: HTMLElement;
  readonly #changed: HTMLElement;
  readonly #knobs: ReadonlyMap<string, { readonly input: HTMLInputElement; readonly output: HTMLOutputElement }>;

  /**
   * @param onPreset Called with the preset that was chosen.
   * @param onAsked Called with all knobs and the seed when one of them was changed.
   */
  constructor(
    root: HTMLElement,
    lab: Pick<Lab, "durationMs" | "knobs" | "presets">,
    onPreset: (preset: Preset) => void,
    onAsked: Asked,
  ) {
    this.#lab = lab;
    this.#presets = part(root, "[data-lab-presets]");
    this.#looks = part(root, "[data-lab-look]");
    this.#seed = part(root, "[data-lab-seed]");
    this.#changed = part(root, "[data-lab-changed]");
    this.#presets.append(...lab.presets.map(presetChoice));
    this.#presets.addEventListener("change", ({ target }) => {
      const chosen = lab.presets.find(({ id }) => target instanceof HTMLInputElement && id === target.value);
      if (chosen) onPreset(chosen);
    });
    const knobs = Object.entries(lab.knobs).map(([name, knob]) => [name, knobOf(name, knob)] as const);
    this.#knobs = new Map(knobs);
    const ask = (seed = this.#currentSeed) => onAsked(this.#settings, seed);
    part(root, "[data-lab-knobs]").append(...knobs.map(([, { row }]) => row));
    part(root, "[data-lab-knobs]").addEventListener("input", () => ask());
    part(root, "[data-lab-other-seed]").addEventListener("click", () => ask(this.#currentSeed + 1));
    part(root, "[data-lab-reset]").addEventListener("click", () => {
      const preset = this.#chosen;
      if (preset) onAsked(settingsOf(preset, lab.knobs), seedOf(preset));
    });
  }

  /** Brings the controls to what is shown. */
  show({ preset: id, settings, seed }: Shown): void {
    const choice = this.#presets.querySelector<HTMLInputElement>(`input[value="${CSS.escape(id)}"]`);
    if (choice) choice.checked = true;
    const preset = this.#chosen;
    const when = preset ? `As it should be at ${seconds(preset.showsAtMs, this.#lab.durationMs)}: ` : "";
    this.#looks.replaceChildren(element("small", { class: "look-when" }, when), ...prose(preset?.look ?? ""));
    write(this.#seed, String(seed));
    for (const [name, { input, output }] of this.#knobs) {
      const knob = this.#lab.knobs[name];
      const value = settings[name];
      if (!knob || value === undefined) continue;
      if (Number(input.value) !== value) input.value = String(value);
      write(output, withUnit(value, knob));
    }
    const usual = preset ? { ...settingsOf(preset, this.#lab.knobs) } : {};
    const isChanged =
      Object.entries(usual).some(([name, value]) => settings[name] !== value) || (preset && seed !== seedOf(preset));
    this.#changed.hidden = !isChanged;
  }

  get #chosen(): Preset | undefined {
    const chosen = this.#presets.querySelector<HTMLInputElement>("input:checked");
    return this.#lab.presets.find(({ id }) => id === chosen?.value);
  }

  get #settings(): Settings {
    return Object.fromEntries([...this.#knobs].map(([name, { input }]) => [name, Number(input.value)]));
  }

  get #currentSeed(): number {
    return Number(this.#seed.textContent);
  }
}

function presetChoice({ id, name }: Preset): HTMLLabelElement {
  const input = element("input", { type: "radio", name: "lab-preset", value: id });
  return element("label", {}, input, element("span", {}, name));
}

function knobOf(name: string, knob: Knob): { row: HTMLElement; input: HTMLInputElement; output: HTMLOutputElement } {
  const id = `knob-${name}`;
  const { least, most, step, value } = knob;
  const input = element("input", { type: "range", id, min: least, max: most, step, value });
  const output = element("output", { for: id });
  const row = element("div", { class: "knob" }, element("label", { for: id }, knob.label), output, input);
  return { row, input, output };
}

/** "12 per second", "20 %", "4". */
function withUnit(value: number, { unit }: Knob): string {
  return unit === "" ? String(value) : `${value} ${unit}`;
}
