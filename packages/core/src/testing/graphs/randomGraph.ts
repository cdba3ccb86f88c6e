import { arrayTypeOf, graphBuilder, type Builder } from "../../ir/builder.js";
import type { ArrayType, BinaryName, Graph, Keep, Type, UnaryName, Var } from "../../ir/types.js";
import { arrayType, sameType, sizeOf } from "../../ir/types.js";
import type { ArrayValue } from "../../ir/values.js";
import { arrayValue } from "../../ir/values.js";
import { allocate } from "../../util/dtype.js";

/** Seeded pseudo-random numbers in [0, 1): the Weyl sequence mixed as in splitmix32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Values in which signs of zero, ones and repetitions are frequent. */
export function randomValues(types: readonly Type[], random: () => number): ArrayValue[] {
  const special = [0, -0, 0, -0, 1, -1, 2, 0.5, NaN, Infinity];
  return types.map((type) => {
    const { dtype, shape } = type as ArrayType;
    const data = allocate(dtype, sizeOf(shape));
    for (let i = 0; i < data.length; i++) {
      const pick = Math.floor(random() * 14);
      const value =
        pick < 8 ? (special[pick] as number) : random() < 0.02 ? (special[8 + (pick % 2)] as number) : random() * 4 - 2;
      data[i] = dtype === "bool" ? Number(random() < 0.5) : dtype === "float64" ? value : Math.floor(random() * 5) - 1;
    }
    return arrayValue(dtype, shape, data);
  });
}

const vector = arrayType("float64", [4]);
const matrix = arrayType("float64", [3, 4]);
const scalar = arrayType("float64", []);
const indexList = arrayType("int32", [4]);
const mask = arrayType("bool", [4]);

/** A random Graph of `size` equations, with loops that record and read, conditions and calls down to `depth`. */
export function randomGraph(random: () => number, size: number, depth: number): Graph {
  const b = graphBuilder();
  const pool = [vector, vector, matrix, scalar, scalar, indexList, mask].map((type) => b.input(type));
  grow(b, pool, random, size, depth);
  const arrays = pool.filter(({ type }) => type.kind === "array");
  const others = Array.from({ length: 8 }, () => choose(arrays, random));
  return b.build(arrays.slice(-4).concat(others));
}

function choose<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T;
}

function grow(b: Builder, pool: Var[], random: () => number, size: number, depth: number): void {
  for (let k = 0; k < size; k++) {
    const kind = random();
    if (kind < 0.18 && depth > 0) addControl(b, pool, random, depth);
    else if (kind < 0.45) addShape(b, pool, random);
    else addElementwise(b, pool, random);
  }
}

function anyOf(pool: readonly Var[], type: ArrayType, b: Builder, random: () => number): Var {
  const fitting = pool.filter((variable) => sameType(variable.type, type));
  if (fitting.length === 0 || random() < 0.15) return makeOf(type, b, random);
  // Later ones more often: programs get deep.
  return fitting[Math.floor(fitting.length * Math.sqrt(random()))] as Var;
}

function makeOf(type: ArrayType, b: Builder, random: () => number): Var {
  if (type.dtype === "bool") {
    if (type.shape.length === 0 || random() < 0.2) return b.literal("bool", type.shape, Number(random() < 0.5));
    const axis = Math.floor(random() * type.shape.length);
    const index = b.one("iota", { type: arrayType("int32", type.shape), axis }, []);
    const bound = b.literal("int32", type.shape, Math.floor(random() * 5));
    return b.one("compare", { relation: choose(["eq", "ne", "lt", "ge"] as const, random) }, [index, bound]);
  }
  if (type.dtype === "int32") {
    if (type.shape.length > 0 && random() < 0.6) return b.one("iota", { type, axis: type.shape.length - 1 }, []);
    return b.literal("int32", type.shape, Math.floor(random() * 4));
  }
  if (type.shape.length > 0 && random() < 0.3) {
    return b.one("broadcast", { shape: type.shape, axes: [] }, [
      b.literal("float64", [], choose([0, -0, 1, 2], random)),
    ]);
  }
  return b.literal(type.dtype, type.shape, choose([0, -0, 1, -1, 2, 4, 0.5, 1.5], random));
}

const binaries: readonly BinaryName[] = ["add", "sub", "mul", "add", "sub", "mul", "div", "max", "min"];
const unaries: readonly UnaryName[] = ["neg", "neg", "neg", "abs", "sign", "floor"];

function addElementwise(b: Builder, pool: Var[], random: () => number): void {
  const type = choose([vector, vector, matrix, scalar], random);
  const pick = random();
  const one = (of: ArrayType): Var => anyOf(pool, of, b, random);
  if (pick < 0.06) {
    const zero = b.literal("float64", type.shape, choose([0, -0], random));
    pool.push(
      b.one(choose(["add", "sub"] as const, random), {}, random() < 0.5 ? [one(type), zero] : [zero, one(type)]),
    );
  } else if (pick < 0.3) pool.push(b.one(choose(unaries, random), {}, [one(type)]));
  else if (pick < 0.75) pool.push(b.one(choose(binaries, random), {}, [one(type), one(type)]));
  else if (pick < 0.83) pool.push(b.one("select", {}, [one(arrayType("bool", type.shape)), one(type), one(type)]));
  else if (pick < 0.88)
    pool.push(b.one("compare", { relation: choose(["eq", "lt", "ge"] as const, random) }, [one(type), one(type)]));
  else if (pick < 0.92) pool.push(b.one("not", {}, [one(mask)]));
  else if (pick < 0.96) pool.push(b.one(choose(["and", "or", "xor"] as const, random), {}, [one(mask), one(mask)]));
  else pool.push(b.one("convert", { dtype: "float64" }, [one(choose([indexList, mask], random))]));
}

function addShape(b: Builder, pool: Var[], random: () => number): void {
  const one = (of: ArrayType): Var => anyOf(pool, of, b, random);
  const x = one(vector);
  const int = (limit: number): number => Math.floor(random() * limit);
  switch (int(14)) {
    case 0: {
      const shift = 1 + int(3);
      const [low, high] = [cut(b, x, 0, shift), cut(b, x, shift, 4)];
      return void pool.push(b.one("concatenate", { axis: 0 }, [high, low]));
    }
    case 1: {
      const start = int(3);
      const inner = cut(b, x, start, start + 2);
      return void pool.push(
        b.one("pad", { low: [1], high: [1], interior: [0], value: choose([0, -0, 1.5], random) }, [inner]),
      );
    }
    case 2:
      return void pool.push(b.one("reverse", { axes: [0] }, [x]));
    case 3:
      return void pool.push(b.one("broadcast", { shape: [3, 4], axes: [1] }, [x]));
    case 4: {
      const row = b.one("slice", { start: [int(3), 0], limit: [3, 4], stride: [3, 1] }, [one(matrix)]);
      return void pool.push(b.one("reshape", { shape: [4] }, [row]));
    }
    case 5: {
      const flipped = b.one("reverse", { axes: [int(2)] }, [
        b.one("transpose", { permutation: [1, 0] }, [one(matrix)]),
      ]);
      return void pool.push(b.one("transpose", { permutation: [1, 0] }, [flipped]));
    }
    case 6:
      return void pool.push(
        b.one("gather", { batch: 0, mode: choose(["clip", "drop"] as const, random) }, [x, one(indexList)]),
      );
    case 7: {
      const operands = [x, one(indexList), one(vector)];
      return void pool.push(
        b.one("scatterSet", { batch: 0, mode: choose(["clip", "drop"] as const, random) }, operands),
      );
    }
    case 8: {
      const starts = b.literal("int32", [1], int(5) - 1);
      return void pool.push(b.one("dynamicUpdate", { batch: 0 }, [x, cut(b, one(vector), 1, 3), starts]));
    }
    case 9: {
      const starts = b.literal("int32", [2], int(3));
      const block = b.one("dynamicSlice", { batch: 0, sizes: [1, 4] }, [one(matrix), starts]);
      return void pool.push(b.one("reshape", { shape: [4] }, [block]));
    }
    case 10:
      return void pool.push(b.one("reduceSum", { axes: [0] }, [one(choose([vector, matrix], random))]));
    case 11: {
      const dense = b.one("reshape", { shape: [12] }, [one(matrix)]);
      return void pool.push(b.one("reshape", { shape: [3, 4] }, [b.one("reverse", { axes: [0] }, [dense])]));
    }
    case 12: {
      const operands = [x, one(indexList), one(vector)];
      return void pool.push(b.one("scatterAdd", { batch: 0, mode: "drop" }, operands));
    }
    default:
      return void pool.push(b.one("broadcast", { shape: [4], axes: [] }, [one(scalar)]));
  }
}

function cut(b: Builder, x: Var, start: number, limit: number): Var {
  return b.one("slice", { start: [start], limit: [limit], stride: [1] }, [x]);
}

function addControl(b: Builder, pool: Var[], random: () => number, depth: number): void {
  switch (Math.floor(random() * 6)) {
    case 0:
      return addCond(b, pool, random, depth);
    case 1:
      return addCalls(b, pool, random, depth);
    case 2:
      return addWhile(b, pool, random, depth);
    case 3:
      return addMap(b, pool, random, depth);
    default:
      return addScans(b, pool, random, depth);
  }
}

interface BodyOf {
  readonly graph: Graph;
  readonly pool: readonly Var[];
}

/** A body over inputs of the given types; `close` picks its outputs. */
function bodyOf(
  types: readonly Type[],
  random: () => number,
  depth: number,
  close: (b: Builder, pool: Var[], inputs: readonly Var[]) => readonly Var[],
): BodyOf {
  const b = graphBuilder();
  const inputs = types.map((type) => b.input(type));
  const pool = inputs.slice();
  grow(b, pool, random, 2 + Math.floor(random() * 6), depth - 1);
  return { graph: b.build(close(b, pool, inputs)), pool };
}

function addCond(b: Builder, pool: Var[], random: () => number, depth: number): void {
  const operands = [vector, scalar, vector].map((type) => anyOf(pool, type, b, random));
  const predicate = b.one("compare", { relation: "lt" }, [
    anyOf(pool, scalar, b, random),
    anyOf(pool, scalar, b, random),
  ]);
  const branch = (): Graph =>
    bodyOf(
      operands.map(({ type }) => type),
      random,
      depth,
      (inner, found) => [vector, scalar, vector].map((type) => anyOf(found, type, inner, random)),
    ).graph;
  pool.push(...b.emit("cond", { branches: [branch(), branch()] }, [predicate, ...operands]));
}

function addCalls(b: Builder, pool: Var[], random: () => number, depth: number): void {
  const types = [vector, scalar];
  const { graph } = bodyOf(types, random, depth, (inner, found) =>
    [vector, scalar, vector].map((type) => anyOf(found, type, inner, random)),
  );
  for (let k = 0; k < 1 + Math.floor(random() * 3); k++) {
    const operands = types.map((type) => anyOf(pool, type, b, random));
    pool.push(...b.emit("call", { body: graph, map: null }, operands));
  }
}

function addMap(b: Builder, pool: Var[], random: () => number, depth: number): void {
  const { graph } = bodyOf([vector, vector, scalar], random, depth, (inner, found) =>
    [vector, scalar].map((type) => anyOf(found, type, inner, random)),
  );
  const operands = [matrix, vector, scalar].map((type) => anyOf(pool, type, b, random));
  pool.push(...b.emit("call", { body: graph, map: { size: 3, mapped: [true, false, false] } }, operands));
}

function addWhile(b: Builder, pool: Var[], random: () => number, depth: number): void {
  const counter = arrayType("int32", []);
  const carryTypes = [counter, vector, scalar];
  const consts = [anyOf(pool, vector, b, random)];
  const init = [b.literal("int32", [], 0), anyOf(pool, vector, b, random), anyOf(pool, scalar, b, random)];
  const body = bodyOf([vector, ...carryTypes], random, depth, (inner, found, inputs) => [
    inner.one("add", {}, [inputs[1] as Var, inner.literal("int32", [], 1)]),
    anyOf(found, vector, inner, random),
    anyOf(found, scalar, inner, random),
    inputs[2] as Var,
  ]).graph;
  const cond = graphBuilder();
  const inputs = [counter, ...carryTypes].map((type) => cond.input(type));
  const test = cond.one("compare", { relation: "lt" }, [inputs[1] as Var, inputs[0] as Var]);
  const outputs = b.emit(
    "while",
    { nCondConst: 1, nConst: 1, nCarry: 3, cond: cond.build([test]), body, keep: { kind: "auto" } },
    [b.literal("int32", [], Math.floor(random() * 4)), ...consts, ...init],
  );
  pool.push(...outputs.slice(1, 3));
  const reader = bodyOf([vector, scalar, vector], random, depth, (inner, found) => [
    anyOf(found, scalar, inner, random),
  ]).graph;
  const reading = [outputs[3] as Var, consts[0] as Var, anyOf(pool, scalar, b, random), outputs[4] as Var];
  pool.push(
    ...b.emit(
      "scan",
      { length: null, reverse: true, nConst: 1, nCarry: 1, yHistory: [], body: reader, keep: { kind: "auto" } },
      reading,
    ),
  );
}

/** A scan that records, and one that reads what it recorded, mostly backwards. */
function addScans(b: Builder, pool: Var[], random: () => number, depth: number): void {
  const length = choose([0, 1, 3, 3, 5, 7, 17], random);
  const xType = arrayType("float64", [length, 4]);
  const keep: Keep = choose(
    [{ kind: "auto" }, { kind: "all" }, { kind: "blocks", size: 2 }, { kind: "blocks", size: 2 }] as const,
    random,
  );
  const one = (type: ArrayType): Var => anyOf(pool, type, b, random);
  const x = b.one("broadcast", { shape: xType.shape, axes: [1] }, [one(vector)]);
  const ramp = b.one("iota", { type: xType, axis: 0 }, []);
  const xs = [random() < 0.3 ? x : b.one("mul", {}, [x, ramp])];
  const start = one(vector);
  const zero = (): Var => (random() < 0.4 ? b.literal("float64", [4], 0) : one(vector));
  const init = [random() < 0.3 ? zero() : start, random() < 0.3 ? start : zero(), zero(), one(scalar)];
  const carryTypes = [vector, vector, vector, scalar];
  const body = bodyOf([vector, scalar, ...carryTypes, vector], random, depth, (inner, found, inputs) => {
    // Carries that only change names or signs, that never change, or that go on together, are frequent.
    const next = carryTypes.map((type, i) => {
      const pick = random();
      if (pick < 0.15) return inputs[2 + i] as Var;
      const other = inputs[2 + ((i + 1) % 3)] as Var;
      if (pick < 0.3 && type === vector) return inner.one("neg", {}, [other]);
      if (pick < 0.36 && type === vector) return inner.one("reverse", { axes: [0] }, [other]);
      if (pick < 0.46 && type === vector) {
        const middle = cut(inner, other, 1, 3);
        const masked = inner.one("pad", { low: [1], high: [1], interior: [0], value: 0 }, [middle]);
        return random() < 0.7 ? inner.one("neg", {}, [masked]) : masked;
      }
      return anyOf(found, type, inner, random);
    });
    const records = [
      choose([inputs[2], inputs[3], inputs[0], inputs[6]], random) as Var,
      anyOf(found, vector, inner, random),
    ];
    return [...next, ...records, anyOf(found, vector, inner, random)];
  }).graph;
  const operands = [one(vector), one(scalar), ...init, ...xs];
  const yHistory = [true, true, false];
  const recorded = b.emit("scan", { length, reverse: false, nConst: 2, nCarry: 4, yHistory, body, keep }, operands);
  pool.push(...recorded.slice(0, 4));
  const readerBody = bodyOf([vector, vector, scalar, vector, vector, vector], random, depth, (inner, found) => [
    anyOf(found, vector, inner, random),
    anyOf(found, scalar, inner, random),
    anyOf(found, vector, inner, random),
  ]).graph;
  const reading = [one(vector), one(vector), one(scalar), recorded[4] as Var, recorded[5] as Var, recorded[6] as Var];
  const read = b.emit(
    "scan",
    {
      length,
      reverse: random() < 0.8,
      nConst: 1,
      nCarry: 2,
      yHistory: [false],
      body: readerBody,
      keep: { kind: "auto" },
    },
    reading,
  );
  pool.push(...read.slice(0, 2));
  if (length > 0 && arrayTypeOf(read[2] as Var).shape.length === 2) {
    pool.push(b.one("reduceSum", { axes: [0] }, [read[2] as Var]));
  }
}
