import { arrayTypeOf } from "../../ir/builder.js";
import type { ArrayType, Graph, Keep, Var } from "../../ir/types.js";
import { arrayType } from "../../ir/types.js";
import type { Fragment } from "./elementwiseFragments.js";
import type { Scope } from "./scope.js";
import { stateFragments } from "./stateFragments.js";
import {
  affine,
  anyFloat,
  binary,
  bodyOf,
  boolOf,
  bounded,
  floatOf,
  intOf,
  keep,
  number,
  shapeOf,
  smallShape,
} from "./scope.js";

const f64 = arrayType("float64", []);
const i32 = arrayType("int32", []);

/** Loops, branches and calls. `fill` continues a scope with a few random fragments. */
export function controlFragments(fill: (scope: Scope) => void): Readonly<Record<string, Fragment>> {
  /** A body with random contents and floats of the given types as outputs. */
  const randomBody = (scope: Scope, types: readonly ArrayType[], outputs: readonly ArrayType[]): Graph =>
    bodyOf(scope, types, (inner) => {
      fill(inner);
      return outputs.map(({ shape }) => bounded(inner, floatOf(inner, shape)));
    });

  /** (param, consts, carries, xs) -> (next carries, ys): each carry feeds on itself, or two change places. */
  const loopBody = (scope: Scope, loop: LoopTypes): Graph =>
    bodyOf(scope, [...loop.consts, ...loop.carries, ...loop.xs], (inner, inputs) => {
      const carries = inputs.slice(loop.consts.length, loop.consts.length + loop.carries.length);
      fill(inner);
      const next = carries.map((carry, k) => {
        const type = arrayTypeOf(carry);
        if (type.dtype === "int32") return inner.b.one("add", {}, [carry, inner.b.literal("int32", type.shape, 1)]);
        const other = carries[(k + 1) % carries.length] as Var;
        if (inner.random.chance(0.2) && sameArray(other, carry)) return other;
        const news = binary(inner, "mul", floatOf(inner, type.shape), number(inner, type.shape, 0.5));
        return bounded(inner, binary(inner, "add", affine(inner, carry, 0.8, 0.05), news));
      });
      return [...next, ...loop.ys.map(({ shape }) => floatOf(inner, shape))];
    });

  const scanOf = (scope: Scope, kind: ScanKind): void => {
    const { b, random } = scope;
    const length = kind.runTime ? null : random.integer(1, 4);
    const entry = smallShape(scope, 0, 1);
    const carries = carriesOf(scope);
    const consts = random.chance(0.5) ? [anyFloat(scope)] : [];
    const xs = length !== null && random.chance(0.6) ? [floatOf(scope, [length, ...entry])] : [];
    const y = arrayType("float64", smallShape(scope, 0, 1));
    const ys = kind.history || (length !== null && random.chance(0.6)) ? [y] : [];
    const body = loopBody(scope, {
      consts: consts.map(arrayTypeOf),
      carries: carries.map(arrayTypeOf),
      xs: xs.map(() => arrayType("float64", entry)),
      ys,
    });
    const head = length === null ? [tripsOf(scope)] : [];
    const outputs = b.emit(
      "scan",
      {
        length,
        reverse: random.chance(0.4),
        nConst: 1 + consts.length,
        nCarry: carries.length,
        yHistory: ys.map(() => kind.history),
        body,
        keep: keepOf(scope),
      },
      [...head, scope.param, ...consts, ...carries, ...xs],
    );
    outputs.slice(0, carries.length).forEach((output) => keep(scope, inRange(scope, output)));
    const seen = outputs.slice(carries.length);
    if (!kind.history) seen.forEach((output) => keep(scope, output));
    else readHistory(scope, length, head, seen[0] as Var, y);
  };

  /** A loop over a recorded History. */
  const readHistory = (
    scope: Scope,
    length: number | null,
    head: readonly Var[],
    seen: Var,
    entry: ArrayType,
  ): void => {
    const carry = anyFloat(scope);
    const body = loopBody(scope, { consts: [], carries: [arrayTypeOf(carry)], xs: [entry], ys: [] });
    const [end] = scope.b.emit(
      "scan",
      { length, reverse: scope.random.chance(0.6), nConst: 1, nCarry: 1, yHistory: [], body, keep: keepOf(scope) },
      [...head, scope.param, carry, seen],
    ) as [Var];
    keep(scope, end);
  };

  const whileOf = (scope: Scope, record: boolean): void => {
    const { b, random } = scope;
    // A counter bounds the trips; a float decides where to stop.
    const start = random.chance(0.3) ? intOf(scope, []) : b.literal("int32", [], 0);
    const floats = carriesOf(scope).filter((carry) => arrayTypeOf(carry).dtype === "float64");
    const level = floatOf(scope, []);
    const carries = [start, level, ...floats];
    const consts = random.chance(0.4) ? [anyFloat(scope)] : [];
    const most = random.integer(2, 5);
    const bound = random.uniform(0.2, 0.9);
    const useConst = random.chance(0.5);
    const cond = bodyOf(scope, carries.map(arrayTypeOf), (inner, [count, height]) => {
      const limit = useConst ? affine(inner, inner.param, 0.2, bound) : number(inner, [], bound);
      return [
        inner.b.one("and", {}, [
          inner.b.one("compare", { relation: "lt" }, [count as Var, inner.b.literal("int32", [], most)]),
          inner.b.one("compare", { relation: "lt" }, [height as Var, limit]),
        ]),
      ];
    });
    const entry = arrayType("float64", smallShape(scope, 0, 1));
    const body = loopBody(scope, {
      consts: consts.map(arrayTypeOf),
      carries: carries.map(arrayTypeOf),
      xs: [],
      ys: record ? [entry] : [],
    });
    const outputs = b.emit(
      "while",
      { nCondConst: 1, nConst: 1 + consts.length, nCarry: carries.length, cond, body, keep: keepOf(scope) },
      [scope.param, scope.param, ...consts, ...carries],
    );
    const trips = outputs[carries.length] as Var;
    outputs.slice(0, carries.length).forEach((output) => keep(scope, inRange(scope, output)));
    if (record) readHistory(scope, null, [trips], outputs[carries.length + 1] as Var, entry);
    else keep(scope, trips);
  };

  return {
    scan: (scope) => scanOf(scope, { runTime: false, history: false }),
    scanRecorded: (scope) => scanOf(scope, { runTime: false, history: true }),
    scanRunTime: (scope) => scanOf(scope, { runTime: true, history: false }),
    scanRunTimeRecorded: (scope) => scanOf(scope, { runTime: true, history: true }),
    while: (scope) => whileOf(scope, false),
    whileRecorded: (scope) => whileOf(scope, true),

    historyAdd: (scope) => {
      const { b } = scope;
      const entry = arrayType("float64", smallShape(scope, 0, 1));
      const runTime = scope.random.chance(0.5);
      const length = runTime ? null : 3;
      const head = runTime ? [tripsOf(scope)] : [];
      const carry = floatOf(scope, entry.shape);
      const body = loopBody(scope, { consts: [], carries: [entry], xs: [], ys: [entry] });
      const record = (from: Var): Var =>
        b.emit(
          "scan",
          { length, reverse: false, nConst: 1, nCarry: 1, yHistory: [true], body, keep: { kind: "auto" } },
          [...head, scope.param, from],
        )[1] as Var;
      readHistory(scope, length, head, b.one("historyAdd", {}, [record(carry), record(bounded(scope, carry))]), entry);
    },

    /** (u, v) -> (force(u) - v, u), a step that can be taken back exactly. */
    leapfrog: (scope) => {
      const type = arrayType("float64", smallShape(scope, 0, 1));
      const force = randomBody(scope, [type], [type]);
      const body = bodyOf(scope, [type, type], (inner, [u, v]) => {
        const [pull] = inner.b.inline(force, [inner.param, u as Var]) as [Var];
        return [binary(inner, "sub", pull, v as Var), u as Var];
      });
      const inverse = bodyOf(scope, [type, type], (inner, [u, v]) => {
        const [pull] = inner.b.inline(force, [inner.param, v as Var]) as [Var];
        return [v as Var, binary(inner, "sub", pull, u as Var)];
      });
      const [end] = scope.b.emit(
        "scan",
        {
          length: 3,
          reverse: false,
          nConst: 1,
          nCarry: 2,
          yHistory: [],
          body,
          keep: { kind: "inverse", body: inverse, tolerance: 1e-9 },
        },
        [scope.param, floatOf(scope, type.shape), floatOf(scope, type.shape)],
      ) as [Var];
      keep(scope, bounded(scope, end));
    },

    check: (scope) => {
      const x = floatOf(scope, []);
      const holds = scope.b.one("compare", { relation: "gt" }, [x, number(scope, [], -100)]);
      scope.b.emit("check", { message: "a value of a random program left its range" }, [holds]);
    },

    call: (scope) => {
      const operands = [anyFloat(scope), anyFloat(scope)];
      const types = operands.map(arrayTypeOf);
      const body = randomBody(scope, types, [types[0] as ArrayType, arrayType("float64", smallShape(scope, 0, 2))]);
      const [y, z] = scope.b.emit("call", { body, map: null }, [scope.param, ...operands]) as [Var, Var];
      keep(scope, z);
      const [again] = scope.b.emit("call", { body, map: null }, [scope.param, y, operands[1] as Var]) as [Var];
      keep(scope, again);
    },

    callMapped: (scope) => {
      const size = scope.random.integer(1, 4);
      const row = arrayType("float64", smallShape(scope, 0, 1));
      const mapped = floatOf(scope, [size, ...row.shape]);
      const shared = anyFloat(scope);
      const indices = intOf(scope, [size]);
      const body = randomBody(scope, [row, arrayTypeOf(shared), i32], [row]);
      const map = { size, mapped: [false, true, false, true] };
      const [y] = scope.b.emit("call", { body, map }, [scope.param, mapped, shared, indices]) as [Var];
      keep(scope, y);
    },

    cond: (scope) => {
      const operands = [anyFloat(scope), anyFloat(scope)];
      const types = operands.map(arrayTypeOf);
      const outputs = [types[0] as ArrayType, f64];
      const branches = [randomBody(scope, types, outputs), randomBody(scope, types, outputs)] as const;
      const results = scope.b.emit("cond", { branches }, [boolOf(scope, []), scope.param, ...operands]);
      results.forEach((result) => keep(scope, result));
    },

    ...stateFragments(fill, keepOf),
  };
}

interface LoopTypes {
  readonly consts: readonly ArrayType[];
  readonly carries: readonly ArrayType[];
  readonly xs: readonly ArrayType[];
  readonly ys: readonly ArrayType[];
}

interface ScanKind {
  readonly runTime: boolean;
  readonly history: boolean;
}

/** One or two floats, and sometimes a counter. */
function carriesOf(scope: Scope): Var[] {
  const first = anyFloat(scope);
  const carries = [first];
  if (scope.random.chance(0.5))
    carries.push(floatOf(scope, scope.random.chance(0.6) ? shapeOf(first) : smallShape(scope)));
  if (scope.random.chance(0.3)) carries.push(scope.b.literal("int32", [], 0));
  return carries;
}

/** A trip count from -1 to 3. */
function tripsOf(scope: Scope): Var {
  return scope.b.one("min", {}, [intOf(scope, []), scope.b.literal("int32", [], 3)]);
}

function keepOf({ random }: Scope): Keep {
  return random.choice<Keep>([
    { kind: "auto" },
    { kind: "auto" },
    { kind: "all" },
    { kind: "blocks", size: 2 },
    { kind: "blocks", size: null },
    { kind: "states", count: 2 },
    { kind: "states", count: 3 },
  ]);
}

/** Counters that grew in a loop are brought back into the range of integers. */
function inRange({ b }: Scope, variable: Var): Var {
  return arrayTypeOf(variable).dtype === "int32" ? b.one("min", {}, [variable, b.literal("int32", [], 4)]) : variable;
}

function sameArray(a: Var, b: Var): boolean {
  const [x, y] = [arrayTypeOf(a), arrayTypeOf(b)];
  return x.dtype === y.dtype && x.shape.join() === y.shape.join();
}
