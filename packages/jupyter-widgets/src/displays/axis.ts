/** What an axis measures. `unit` is "1" where the number has none. */
export interface Axis {
  readonly name: string;
  readonly unit: string;
}

/** The label of an axis: `position (m)`; a pure number has its name alone. */
export function axisLabel(axis: Axis): string {
  return axis.unit === "1" ? axis.name : `${axis.name} (${axis.unit})`;
}

/** A number as it is written in sentences: four significant digits. */
export function showNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}
