import { whileLoop, type WhileOptions } from "../../trace/control.js";
import type { Tensor } from "../../trace/tensor.js";

/**
 * Repeats `body` as long as `condition` holds, for carries that are trees of tensors. The condition is evaluated with the body
 * and carried, so that it reads nothing else: the compiler takes long over a constant that the condition and the body of
 * a `whileLoop` share.
 */
export function repeatWhile<C>(
  condition: (carry: C) => Tensor,
  body: (carry: C) => C,
  init: C,
  options: WhileOptions = {},
): C {
  type State = readonly [going: Tensor, carry: C];
  const step = ([, carry]: State): State => {
    const next = body(carry);
    return [condition(next), next];
  };
  const going = ([flag]: State): Tensor => flag;
  const start: State = [condition(init), init];
  const [, last] = whileLoop(going as never, step as never, start as never, options) as unknown as State;
  return last;
}
