import { InternalError } from "../../util/errors.js";
import type { MathNode, MathProgram, NodeId } from "./program.js";
import { roundToEven } from "./round.js";
import { slowPrograms } from "./trig.js";

/** A compiled program. */
export type MathFunction = (...args: number[]) => number;

// Taken from Math once: looking up a global is slow where modules run in a context of their own (Node's vm).
const { abs, floor, max, min } = Math;
const bits = new Float64Array(1);
// The high word is the second: typed arrays are little-endian on every platform that runs JavaScript.
const words = new Int32Array(bits.buffer);

/** The operations of a program that JavaScript has no operator for. Generated source finds them by these names. */
export const mathHelpers: {
  readonly abs: (x: number) => number;
  readonly floor: (x: number) => number;
  readonly max: (a: number, b: number) => number;
  readonly min: (a: number, b: number) => number;
  readonly nearest: (x: number) => number;
  readonly copysign: (a: number, b: number) => number;
  readonly pow2: (k: number) => number;
  readonly exponent: (x: number) => number;
  readonly mantissa: (x: number) => number;
  readonly sinHuge: (x: number) => number;
  readonly cosHuge: (x: number) => number;
  readonly tanHuge: (x: number) => number;
} = {
  abs,
  floor,
  max,
  min,
  nearest: roundToEven,
  copysign(a, b) {
    const magnitude = abs(a);
    return b < 0 || (b === 0 && 1 / b < 0) ? -magnitude : magnitude;
  },
  pow2(k) {
    words[0] = 0;
    words[1] = (k + 1023) << 20;
    return bits[0] as number;
  },
  exponent(x) {
    bits[0] = x;
    return (((words[1] as number) >>> 20) & 0x7ff) - 1023;
  },
  mantissa(x) {
    bits[0] = x;
    words[1] = ((words[1] as number) & 0xfffff) | 0x3ff00000;
    return bits[0];
  },
  sinHuge: (x) => compileMath(slowPrograms.sinHuge)(x),
  cosHuge: (x) => compileMath(slowPrograms.cosHuge)(x),
  tanHuge: (x) => compileMath(slowPrograms.tanHuge)(x),
};

const compiled = new WeakMap<MathProgram, MathFunction>();

/**
 * The program as a JavaScript function: compiled from generated source, or, where the environment forbids that, walked
 * node by node. Both give the same bits.
 */
export function compileMath(program: MathProgram): MathFunction {
  let made = compiled.get(program);
  if (made === undefined) {
    made = fromSource(program) ?? ((...args) => walkMath(program, args));
    compiled.set(program, made);
  }
  return made;
}

/** The value of a program, one node after another: slow, and the definition of what nodes mean. */
export function walkMath(program: MathProgram, args: readonly number[]): number {
  const values: (number | boolean)[] = [];
  const number = (id: NodeId): number => values[id] as number;
  const mask = (id: NodeId): boolean => values[id] as boolean;
  for (const node of program.nodes) values.push(evaluateNode(node, number, mask, args));
  return number(program.result);
}

/**
 * Source of a JavaScript expression whose value is the program's function. It refers to `mathHelpers` by the name
 * `helpers`, and to nothing else.
 */
export function mathSource(program: MathProgram, helpers: string): string {
  const parameters = Array.from({ length: program.arity }, (_, i) => `a${i}`).join(", ");
  // Literals and arguments stand where they are used, everything else has a name.
  const name = (id: NodeId): string => {
    const node = program.nodes[id];
    if (node?.op === "arg") return `a${node.index}`;
    if (node?.op === "const") return numberSource(node.value);
    return `v${id}`;
  };
  const outer = new Set<string>();
  const lines: string[] = [];
  program.nodes.forEach((node, id) => {
    if (node.op === "arg" || node.op === "const") return;
    if (node.op === "table") outer.add(`const t${id} = [${node.table.map(numberSource).join(", ")}];`);
    const helper = node.op === "slow" ? node.name : node.op;
    if (helper in mathHelpers) outer.add(`const ${helper} = ${helpers}.${helper};`);
    lines.push(`const v${id} = ${nodeSource(node, id, name)};`);
  });
  return `(() => {\n${[...outer].join("\n")}\nreturn (${parameters}) => {\n${lines.join("\n")}\nreturn ${name(program.result)};\n};\n})()`;
}

function fromSource(program: MathProgram): MathFunction | null {
  try {
    const make = new Function("helpers", `"use strict"; return ${mathSource(program, "helpers")};`) as (
      helpers: typeof mathHelpers,
    ) => MathFunction;
    return make(mathHelpers);
  } catch (error) {
    // A content security policy forbids generated source.
    if (error instanceof EvalError) return null;
    throw error;
  }
}

function nodeSource(node: MathNode, id: NodeId, name: (id: NodeId) => string): string {
  switch (node.op) {
    case "add":
      return `${name(node.a)} + ${name(node.b)}`;
    case "sub":
      return `${name(node.a)} - ${name(node.b)}`;
    case "mul":
      return `${name(node.a)} * ${name(node.b)}`;
    case "div":
      return `${name(node.a)} / ${name(node.b)}`;
    case "max":
    case "min":
    case "copysign":
      return `${node.op}(${name(node.a)}, ${name(node.b)})`;
    case "neg":
      return `-${name(node.a)}`;
    case "abs":
    case "floor":
    case "nearest":
    case "pow2":
    case "exponent":
    case "mantissa":
      return `${node.op}(${name(node.a)})`;
    case "lt":
      return `${name(node.a)} < ${name(node.b)}`;
    case "le":
      return `${name(node.a)} <= ${name(node.b)}`;
    case "eq":
      return `${name(node.a)} === ${name(node.b)}`;
    case "and":
      return `${name(node.a)} && ${name(node.b)}`;
    case "or":
      return `${name(node.a)} || ${name(node.b)}`;
    case "not":
      return `!${name(node.a)}`;
    case "select":
      return `${name(node.condition)} ? ${name(node.a)} : ${name(node.b)}`;
    case "slow":
      return `${name(node.condition)} ? ${node.name}(${name(node.a)}) : ${name(node.b)}`;
    case "table":
      return `t${id}[${name(node.a)}] ?? 0`;
    case "const":
    case "arg":
      throw new InternalError(`a node '${node.op}' has no statement`);
  }
}

function evaluateNode(
  node: MathNode,
  number: (id: NodeId) => number,
  mask: (id: NodeId) => boolean,
  args: readonly number[],
): number | boolean {
  switch (node.op) {
    case "const":
      return node.value;
    case "arg":
      return args[node.index] as number;
    case "add":
      return number(node.a) + number(node.b);
    case "sub":
      return number(node.a) - number(node.b);
    case "mul":
      return number(node.a) * number(node.b);
    case "div":
      return number(node.a) / number(node.b);
    case "max":
    case "min":
    case "copysign":
      return mathHelpers[node.op](number(node.a), number(node.b));
    case "neg":
      return -number(node.a);
    case "abs":
    case "floor":
    case "nearest":
    case "pow2":
    case "exponent":
    case "mantissa":
      return mathHelpers[node.op](number(node.a));
    case "lt":
      return number(node.a) < number(node.b);
    case "le":
      return number(node.a) <= number(node.b);
    case "eq":
      return number(node.a) === number(node.b);
    case "and":
      return mask(node.a) && mask(node.b);
    case "or":
      return mask(node.a) || mask(node.b);
    case "not":
      return !mask(node.a);
    case "select":
      return mask(node.condition) ? number(node.a) : number(node.b);
    case "slow":
      return mask(node.condition) ? walkMath(slowPrograms[node.name], [number(node.a)]) : number(node.b);
    case "table":
      return node.table[number(node.a)] ?? 0;
  }
}

/** A number as source, in parentheses where it starts with a sign. */
function numberSource(value: number): string {
  if (Object.is(value, -0)) return "(-0)";
  return value < 0 ? `(${value})` : String(value);
}
