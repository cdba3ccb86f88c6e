import { ArgumentError } from "../util/errors.js";

/** Demands a positive finite option. @throws ArgumentError */
export function checkPositive(owner: string, option: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw new ArgumentError({
    what: `${owner}: ${option} is out of range.`,
    got: `${option}: ${value}`,
    expected: "a positive number",
  });
}

/** Demands an option of at least 0 and below 1. @throws ArgumentError */
export function checkDecay(owner: string, option: string, value: number): void {
  if (value >= 0 && value < 1) return;
  throw new ArgumentError({
    what: `${owner}: ${option} is out of range.`,
    got: `${option}: ${value}`,
    expected: "at least 0 and below 1",
  });
}
