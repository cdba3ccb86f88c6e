import { ArgumentError, isTraced, np, ShapeError, type Tensor, type TensorLike } from "@simgrad/core";

/**
 * Demands a parameter that is there and, where its values are known, in range.
 * @throws ArgumentError that names the energy and the parameter.
 */
export function checkParam(
  owner: string,
  name: string,
  given: TensorLike | undefined,
  holds: (value: number) => boolean,
  expected: string,
): void {
  checkValues(owner, `params.energy.${name}`, given, holds, expected);
}

/** The same for a parameter at any place. */
export function checkValues(
  owner: string,
  place: string,
  given: TensorLike | undefined,
  holds: (value: number) => boolean,
  expected: string,
): void {
  if (given === undefined) {
    throw new ArgumentError({ what: `${owner}: ${place} is missing.`, expected });
  }
  const values = np.asarray(given);
  if (isTraced(values)) return;
  const at = Array.from(values.data).findIndex((value) => !holds(value));
  if (at === -1) return;
  const entry = values.ndim === 0 ? "" : ` at entry ${at}`;
  throw new ArgumentError({
    what: `${owner}: ${place} is out of range.`,
    got: `${place} = ${values.data[at]}${entry}`,
    expected,
  });
}

/** Demands one number, above 0. */
export function checkPositive(owner: string, name: string, given: TensorLike | undefined): void {
  checkParam(owner, name, given, (value) => value > 0, "a positive number");
}

/**
 * Demands one number, or one for each element.
 * @throws ShapeError that says what would fit.
 */
export function expectOneOrEach(owner: string, name: string, given: Tensor, count: number, of: string): void {
  expectOneOrEachAt(owner, `params.energy.${name}`, given, count, of);
}

/** The same for a parameter at any place. */
export function expectOneOrEachAt(owner: string, place: string, given: Tensor, count: number, of: string): void {
  if (given.ndim === 0 || (given.ndim === 1 && given.shape[0] === count)) return;
  throw new ShapeError({
    what: `${owner}: ${place} is neither one number nor one for each of the ${of}.`,
    got: `[${given.shape.join(", ")}]`,
    expected: `[] or [${count}]`,
  });
}

/** Demands finite numbers. */
export function checkNumbers(owner: string, name: string, given: TensorLike | undefined): void {
  checkParam(owner, name, given, Number.isFinite, "finite numbers");
}

/** Demands finite numbers, or nothing at all. */
export function checkOptionalNumbers(owner: string, name: string, given: TensorLike | undefined): void {
  if (given !== undefined) checkNumbers(owner, name, given);
}
