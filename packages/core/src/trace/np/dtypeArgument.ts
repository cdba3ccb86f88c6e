import { dtypes, type DType } from "../../util/dtype.js";
import { DTypeError } from "../../util/errors.js";
import { describeHost } from "../host.js";

/**
 * A dtype that somebody gave.
 * @param example - a call with the dtype, which comes as it is written in code
 * @throws DTypeError where it is none, which shows how one is given.
 */
export function dtypeArgument(op: string, given: unknown, example: (dtype: string) => string): DType {
  if (isDtype(given)) return given;
  throw wrong(op, given, "pass the dtype as a string", example);
}

/**
 * The dtype among options, float64 when left out.
 * @throws DTypeError where the options are no object, or hold something else as dtype.
 */
export function dtypeOption(op: string, options: unknown, example: (dtype: string) => string): DType {
  const dtype =
    typeof options === "object" && options !== null ? (options as { readonly dtype?: unknown }).dtype : options;
  if (dtype === undefined) return "float64";
  if (dtype !== options && isDtype(dtype)) return dtype;
  throw wrong(op, options, "pass the dtype as an option", example);
}

function isDtype(given: unknown): given is DType {
  return dtypes.includes(given as DType);
}

function wrong(op: string, given: unknown, fix: string, example: (dtype: string) => string): DTypeError {
  const inside =
    typeof given === "object" && given !== null ? (given as { readonly dtype?: unknown }).dtype : undefined;
  const meant = [given, inside].find(isDtype) ?? "float32";
  return new DTypeError({
    what: `${op} was given something else where its dtype stands.`,
    got: inside === undefined ? describeHost(given) : `{ dtype: ${JSON.stringify(inside)} }`,
    expected: dtypes.map((dtype) => `"${dtype}"`).join(", "),
    fix: `${fix}, \`${example(`"${meant}"`)}\`.`,
  });
}
