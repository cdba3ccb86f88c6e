import type { OpName } from "../../../ir/types.js";
import { InternalError } from "../../../util/errors.js";
import type { TransposeRule } from "../rule.js";

/** For an operation that is linear in none of its operands. */
export function notLinear<K extends OpName>(): TransposeRule<K> {
  return (_context, equation) => {
    throw new InternalError(`${equation.op} is not linear, so it has no transpose`);
  };
}
