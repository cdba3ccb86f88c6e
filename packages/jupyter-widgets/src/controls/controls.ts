import { ArgumentError } from "@simgrad/core";
import { showControl, type Control, type ControlOptions } from "./control.js";

/** Options of `slider`. */
export interface SliderOptions extends ControlOptions {
  readonly min?: number;
  readonly max?: number;
  /** Distance of neighbouring values; default a hundredth of the range. */
  readonly step?: number;
  /** Where it begins; default the middle. */
  readonly value?: number;
}

/**
 * Shows a slider.
 *
 * @example
 * ```ts
 * const stiffness = slider({ label: "stiffness", min: 0, max: 10 });
 * stiffness.onChange((value) => run(value));
 * ```
 * @throws ArgumentError if the range is empty, or the value lies outside of it.
 */
export function slider(options: SliderOptions = {}): Control<number> {
  const { label = "", min = 0, max = 1 } = options;
  if (!(Number.isFinite(min) && Number.isFinite(max) && min < max)) {
    throw new ArgumentError({ what: "slider: the range is empty.", got: `${min} to ${max}`, expected: "min < max" });
  }
  const step = options.step ?? (max - min) / 100;
  if (!(step > 0))
    throw new ArgumentError({ what: "slider: a step goes up.", got: `step ${step}`, expected: "a positive number" });
  const check = (value: unknown): number => {
    if (typeof value === "number" && value >= min && value <= max) return value;
    throw new ArgumentError({
      what: "slider: the value is out of range.",
      got: String(value),
      expected: `${min} to ${max}`,
    });
  };
  const initial = options.value ?? (min + max) / 2;
  return showControl({ kind: "slider", label, initial, state: { min, max, step }, check }, options.host);
}

/** Options of `select`. */
export interface SelectOptions<T extends string> extends ControlOptions {
  readonly options: readonly T[];
  /** Where it begins; default the first. */
  readonly value?: T;
}

/**
 * Shows a list from which one is chosen.
 *
 * @throws ArgumentError if there is no option, or the value is none of them.
 */
export function select<T extends string>(options: SelectOptions<T>): Control<T> {
  const [first] = options.options;
  if (first === undefined) {
    throw new ArgumentError({
      what: "select: there is nothing to choose from.",
      expected: "at least one of `options`",
    });
  }
  const check = (value: unknown): T => {
    const found = options.options.find((option) => option === value);
    if (found !== undefined) return found;
    throw new ArgumentError({
      what: "select: the value is none of the options.",
      got: String(value),
      expected: options.options.join(", "),
    });
  };
  const state = { options: [...options.options] };
  return showControl<T>(
    { kind: "select", label: options.label ?? "", initial: options.value ?? first, state, check },
    options.host,
  );
}

/** Options of `checkbox`. */
export interface CheckboxOptions extends ControlOptions {
  /** Whether it is checked at first; default false. */
  readonly value?: boolean;
}

/** Shows a box that is checked or not. */
export function checkbox(options: CheckboxOptions = {}): Control<boolean> {
  const check = (value: unknown): boolean => {
    if (typeof value === "boolean") return value;
    throw new ArgumentError({ what: "checkbox: it is checked or not.", got: String(value), expected: "true or false" });
  };
  const { label = "", value: initial = false } = options;
  return showControl({ kind: "checkbox", label, initial, state: {}, check }, options.host);
}

/** Shows a button; its value counts how often it was pressed. */
export function button(options: ControlOptions = {}): Control<number> {
  const check = (value: unknown): number => {
    if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
    throw new ArgumentError({ what: "button: it was pressed so many times.", got: String(value), expected: "a count" });
  };
  return showControl({ kind: "button", label: options.label ?? "run", initial: 0, state: {}, check }, options.host);
}
