/**
 * A formula as a tree. It is what MathML is read into, and what `reactionNetwork` is written in; `compileExpression`
 * makes tensors of it. Names are ids of the model, or arguments of the function definition around.
 */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  /** An id of the model: species, parameter, compartment, reaction or species reference. */
  | { readonly kind: "name"; readonly id: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  /** What only the simulation knows: the time, and the number of Avogadro (a constant of the level and version). */
  | { readonly kind: "symbol"; readonly symbol: "time" | "avogadro" }
  /** The rate of change of a variable, by its id. */
  | { readonly kind: "rateOf"; readonly id: string }
  | { readonly kind: "apply"; readonly op: Operator; readonly args: readonly Expression[] }
  /** A call of a function definition; `inlineFunctions` replaces all of them. */
  | { readonly kind: "call"; readonly id: string; readonly args: readonly Expression[] }
  /**
   * The value of the first piece whose condition holds; else `otherwise`, which is null where the file has none (an
   * error when reached).
   */
  | {
      readonly kind: "piecewise";
      readonly pieces: readonly { readonly value: Expression; readonly condition: Expression }[];
      readonly otherwise: Expression | null;
    };

/**
 * Operators, by their names in MathML; n-ary ones (`plus`, `times`, `and`, `or`, `xor`) take any number of arguments,
 * zero included. `root` is of one argument, a square root, or of its degree and the argument; `log` of one argument,
 * to base 10, or of the base and the argument.
 */
export type Operator = NumericOperator | Relation | Logical;

/** Operators that give a number. */
export type NumericOperator =
  | "plus"
  | "minus"
  | "times"
  | "divide"
  | "power"
  | "root"
  | "abs"
  | "exp"
  | "ln"
  | "log"
  | "floor"
  | "ceiling"
  | "factorial"
  | "quotient"
  | "rem"
  | "min"
  | "max"
  | Trigonometric;

/** Trigonometric and hyperbolic functions and their inverses. */
export type Trigonometric = `${"" | "arc"}${"sin" | "cos" | "tan" | "sec" | "csc" | "cot"}${"" | "h"}`;

/** Operators that compare numbers; n-ary ones hold where each neighbouring pair does. */
export type Relation = "eq" | "neq" | "gt" | "lt" | "geq" | "leq";

/** Operators that give a truth value of truth values. */
export type Logical = "and" | "or" | "xor" | "not" | "implies";
