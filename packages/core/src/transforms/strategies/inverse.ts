import type { Builder } from "../../ir/builder.js";
import { arrayTypeOf, graphBuilder } from "../../ir/builder.js";
import type { Graph, Keep, Mask, Var } from "../../ir/types.js";
import { arrayType, sizeOf } from "../../ir/types.js";
import { at } from "../bodies.js";
import { dce, usedInputs } from "../dce.js";
import { loopParts, type LoopParts } from "../loopParts.js";
import { keepAll, rename, type ScanPair, type Rewritten } from "./pair.js";

/**
 * Keeps nothing: the reverse run rebuilds the carries step by step with the inverse that the caller gave, from the final
 * ones. At its end the rebuilt start is compared with the true one. Null where what was recorded is no carry.
 */
export function keepInverse(pair: ScanPair, keep: Keep & { readonly kind: "inverse" }): Rewritten | null {
  const recorded = loopParts(pair.recorded);
  const reader = loopParts(pair.reader);
  const { yHistory } = pair.recorded.params;
  const carryOf = new Map<Var, number>();
  recorded.ys.forEach((y, k) => {
    if (yHistory[k] === true) carryOf.set(y, recorded.carry.indexOf(at(recorded.bodyYs, k)));
  });
  if ([...carryOf.values()].includes(-1)) return null;

  const forward = graphBuilder();
  const arrays = yHistory.map((flag) => !flag);
  const nCarry = recorded.init.length;
  const stepped = forward.emit(
    "scan",
    {
      ...pair.recorded.params,
      yHistory: arrays.filter((flag) => flag).map(() => false),
      body: dce(recorded.body, [...recorded.init.map(() => true), ...arrays]),
      keep: keepAll,
    },
    pair.recorded.inputs,
  );
  const kept = [...recorded.final, ...recorded.ys.filter((_, k) => arrays[k])];

  const b = graphBuilder();
  const body = inverseReader(recorded, reader, keep.body, carryOf);
  const outputs = b.emit(
    "scan",
    {
      length: pair.reader.params.length,
      reverse: true,
      nConst: reader.consts.length + recorded.consts.length,
      nCarry: reader.init.length + nCarry,
      yHistory: reader.ys.map(() => false),
      body,
      keep: keepAll,
    },
    [
      ...reader.consts,
      ...recorded.consts,
      ...reader.init,
      ...recorded.final,
      ...reader.xs.filter(({ type }) => type.kind === "array"),
      ...recorded.xs,
    ],
  );
  const nReader = reader.init.length;
  const rebuilt = outputs.slice(nReader, nReader + nCarry);
  emitCheck(b, recorded, rebuilt, neededCarries(recorded, keep.body, carryOf), keep.tolerance);
  const results = [...outputs.slice(0, nReader), ...outputs.slice(nReader + nCarry)];
  return {
    forward: [...forward.build([]).equations, ...stepped.map((value, k) => rename(value, at(kept, k)))],
    reverse: [
      ...b.build([]).equations,
      ...results.map((value, k) => rename(value, at([...reader.final, ...reader.ys], k))),
    ],
  };
}

/** (consts of both, carry of the reader, carry after the step, xs of both) -> (carry, carry before the step, ys). */
function inverseReader(
  recorded: LoopParts,
  reader: LoopParts,
  inverse: Graph,
  carryOf: ReadonlyMap<Var, number>,
): Graph {
  const b = graphBuilder();
  const readerConsts = reader.bodyConsts.map(({ type }) => b.input(type));
  const recordedConsts = recorded.bodyConsts.map(({ type }) => b.input(type));
  const carry = reader.carry.map(({ type }) => b.input(type));
  const state = recorded.carry.map(({ type }) => b.input(type));
  const entries = reader.bodyXs.map(({ type }, i) => (carryOf.has(at(reader.xs, i)) ? null : b.input(type)));
  const recordedXs = recorded.bodyXs.map(({ type }) => b.input(type));

  const before = b.inline(inverse, [...recordedConsts, ...state, ...recordedXs]);
  const xs = entries.map((entry, i) => entry ?? at(before, carryOf.get(at(reader.xs, i)) ?? -1));
  const outputs = b.inline(reader.body, [...readerConsts, ...carry, ...xs]);
  return b.build([...outputs.slice(0, carry.length), ...before, ...outputs.slice(carry.length)]);
}

/** Carries that the recorded ones are rebuilt from. */
function neededCarries(recorded: LoopParts, inverse: Graph, carryOf: ReadonlyMap<Var, number>): Mask {
  const read = new Set(carryOf.values());
  let needed = recorded.carry.map((_, i) => read.has(i));
  for (let count = -1; count !== needed.filter((flag) => flag).length;) {
    count = needed.filter((flag) => flag).length;
    const used = usedInputs(dce(inverse, needed)).slice(recorded.consts.length);
    needed = needed.map((flag, i) => flag || used[i] === true);
  }
  return needed;
}

/** max |rebuilt - start| <= tolerance * max(1, max |start|, max |end|) for each carry: a run that grows rounds at its own scale. */
function emitCheck(b: Builder, recorded: LoopParts, rebuilt: readonly Var[], needed: Mask, tolerance: number): void {
  const scalar = arrayType("float64", []);
  const held = recorded.init.flatMap((initial, i) => {
    if (needed[i] !== true || sizeOf(arrayTypeOf(initial).shape) === 0) return [];
    const wide = (x: Var): Var => b.one("convert", { dtype: "float64" }, [x]);
    const largest = (x: Var): Var => {
      const magnitude = b.one("abs", {}, [x]);
      const axes = arrayTypeOf(x).shape.map((_, axis) => axis);
      return axes.length === 0 ? magnitude : b.one("reduceMax", { axes }, [magnitude]);
    };
    const a = wide(initial);
    const difference = largest(b.one("sub", {}, [wide(at(rebuilt, i)), a]));
    const ends = b.one("max", {}, [largest(a), largest(wide(at(recorded.final, i)))]);
    const scale = b.one("max", {}, [b.literal("float64", [], 1), ends]);
    const bound = b.one("mul", {}, [b.literal(scalar.dtype, [], tolerance), scale]);
    return [b.one("compare", { relation: "le" }, [difference, bound])];
  });
  const [first, ...others] = held;
  if (first === undefined) return;
  b.emit("check", { message }, [others.reduce((all, one) => b.one("and", {}, [all, one]), first)]);
}

const message =
  "the inverse of the loop's step does not undo it: the start that was rebuilt from the end differs from the true one by more than the tolerance; keep the steps in blocks instead (keep: blocks)";
