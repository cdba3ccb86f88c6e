import type { Builder } from "../../ir/builder.js";
import { arrayTypeOf, graphBuilder } from "../../ir/builder.js";
import type { Graph, Mask, Type, Var } from "../../ir/types.js";
import { arrayType } from "../../ir/types.js";
import { at, filterBy } from "../bodies.js";
import { dce } from "../dce.js";
import { withoutEffects } from "../graphs.js";
import { loopParts, type LoopParts } from "../loopParts.js";
import { blocked, keepAll, rename, rows, unblocked, type ScanPair, type Rewritten } from "./pair.js";

/**
 * Keeps the carries at the start of each block of `size` steps. The reverse run goes through the blocks from the last to
 * the first, runs the steps of a block again, recording them, and reads them backwards. Steps beyond the last whole block
 * are recorded at once. The reader sees the same entries in the same order, so that its bits do not depend on `size`.
 */
export function keepBlocks(pair: ScanPair, length: number, size: number): Rewritten {
  const count = Math.floor(length / size);
  const whole = count * size;
  const layout = { count, size, whole, length };
  const recorded = loopParts(pair.recorded);
  const reader = loopParts(pair.reader);
  const forward = graphBuilder();
  const checkpoints = recordBlocks(forward, recorded, pair.recorded.params.yHistory, layout);
  const reverse = graphBuilder();
  const readings = readBlocks(reverse, recorded, reader, pair, checkpoints, layout);
  return {
    forward: [...forward.build([]).equations, ...checkpoints.renames.map(([from, to]) => rename(from, to))],
    reverse: [...reverse.build([]).equations, ...readings.map(([from, to]) => rename(from, to))],
  };
}

interface Layout {
  readonly count: number;
  readonly size: number;
  /** Steps in whole blocks. */
  readonly whole: number;
  readonly length: number;
}

interface Checkpoints {
  /** Histories of the carries at the start of each block. */
  readonly starts: readonly Var[];
  /** By y of the recorded scan the History of the steps beyond the last whole block. */
  readonly tail: ReadonlyMap<Var, Var>;
  readonly renames: readonly (readonly [Var, Var])[];
}

function recordBlocks(b: Builder, parts: LoopParts, yHistory: Mask, layout: Layout): Checkpoints {
  const { count, size, whole, length } = layout;
  const nCarry = parts.init.length;
  const arrays = yHistory.map((flag) => !flag);
  const stepping = dce(parts.body, [...parts.init.map(() => true), ...arrays]);

  const inner = graphBuilder();
  const consts = parts.consts.map((outer) => inner.input(outer.type));
  const carry = parts.init.map((outer) => inner.input(outer.type));
  const xs = parts.xs.map((x) => inner.input(blockType(x, size)));
  const stepped = inner.emit(
    "scan",
    {
      length: size,
      reverse: false,
      nConst: consts.length,
      nCarry,
      yHistory: filterBy(yHistory, arrays),
      body: stepping,
      keep: keepAll,
    },
    [...consts, ...carry, ...xs],
  );
  const body = inner.build([...stepped.slice(0, nCarry), ...carry, ...stepped.slice(nCarry)]);
  const outputs = b.emit(
    "scan",
    {
      length: count,
      reverse: false,
      nConst: consts.length,
      nCarry,
      yHistory: [...carry.map(() => true), ...filterBy(arrays, arrays).map(() => false)],
      body,
      keep: keepAll,
    },
    [...parts.consts, ...parts.init, ...blocksOf(b, parts.xs, layout)],
  );
  let final = outputs.slice(0, nCarry);
  const starts = outputs.slice(nCarry, 2 * nCarry);
  let ys = outputs.slice(2 * nCarry).map((y) => unblocked(b, y));
  const tail = new Map<Var, Var>();
  if (whole < length) {
    const rest = b.emit(
      "scan",
      {
        length: length - whole,
        reverse: false,
        nConst: consts.length,
        nCarry,
        yHistory,
        body: parts.body,
        keep: keepAll,
      },
      [...parts.consts, ...final, ...parts.xs.map((x) => rows(b, x, whole, length))],
    );
    final = rest.slice(0, nCarry);
    parts.ys.forEach((y, k) => {
      if (yHistory[k] === true) tail.set(y, at(rest, nCarry + k));
    });
    const tailYs = filterBy(rest.slice(nCarry), arrays);
    ys = ys.map((y, k) => b.one("concatenate", { axis: 0 }, [y, at(tailYs, k)]));
  }
  const oldYs = filterBy(parts.ys, arrays);
  const renames = [
    ...final.map((value, i) => [value, at(parts.final, i)] as const),
    ...ys.map((value, k) => [value, at(oldYs, k)] as const),
  ];
  return { starts, tail, renames };
}

function readBlocks(
  b: Builder,
  recorded: LoopParts,
  reader: LoopParts,
  pair: ScanPair,
  { starts, tail }: Checkpoints,
  layout: Layout,
): readonly (readonly [Var, Var])[] {
  const { count, size, whole, length } = layout;
  const { params } = pair.reader;
  const nCarry = reader.init.length;
  const isHistory = reader.xs.map(({ type }) => type.kind === "history");
  const arrays = reader.xs.filter((_, i) => isHistory[i] !== true);
  let carry = reader.init;
  let tailYs: readonly Var[] = [];
  if (whole < length) {
    const xs = reader.xs.map((x) => tail.get(x) ?? rows(b, x, whole, length));
    const rest = b.emit("scan", { ...params, length: length - whole, keep: keepAll }, [
      ...reader.consts,
      ...carry,
      ...xs,
    ]);
    carry = rest.slice(0, nCarry);
    tailYs = rest.slice(nCarry);
  }
  const body = blockReader(recorded, reader, pair, size);
  const outputs = b.emit(
    "scan",
    {
      length: count,
      reverse: true,
      nConst: recorded.consts.length + reader.consts.length,
      nCarry,
      yHistory: reader.ys.map(() => false),
      body,
      keep: keepAll,
    },
    [
      ...recorded.consts,
      ...reader.consts,
      ...carry,
      ...starts,
      ...blocksOf(b, recorded.xs, layout),
      ...blocksOf(b, arrays, layout),
    ],
  );
  const ys = outputs.slice(nCarry).map((y, k) => {
    const flat = unblocked(b, y);
    return whole < length ? b.one("concatenate", { axis: 0 }, [flat, at(tailYs, k)]) : flat;
  });
  return [
    ...outputs.slice(0, nCarry).map((value, i) => [value, at(reader.final, i)] as const),
    ...ys.map((value, k) => [value, at(reader.ys, k)] as const),
  ];
}

/** (consts of both, carry of the reader, start of the block, xs of both) -> (carry, ys of the reader in the block). */
function blockReader(recorded: LoopParts, reader: LoopParts, pair: ScanPair, size: number): Graph {
  const b = graphBuilder();
  const recordedConsts = recorded.consts.map((outer) => b.input(outer.type));
  const readerConsts = reader.consts.map((outer) => b.input(outer.type));
  const carry = reader.init.map((outer) => b.input(outer.type));
  const start = recorded.init.map((outer) => b.input(outer.type));
  const recordedXs = recorded.xs.map((x) => b.input(blockType(x, size)));
  const arrays = reader.xs.map((x) => (x.type.kind === "history" ? null : b.input(blockType(x, size))));

  const { yHistory, nConst, nCarry } = pair.recorded.params;
  // The forward run has checked and printed.
  const body = dce(withoutEffects(recorded.body), [...start.map(() => true), ...yHistory]);
  const again = b.emit(
    "scan",
    { length: size, reverse: false, nConst, nCarry, yHistory: yHistory.filter((flag) => flag), body, keep: keepAll },
    [...recordedConsts, ...start, ...recordedXs],
  );
  const histories = filterBy(recorded.ys, yHistory);
  const xs = reader.xs.map((x, i) => arrays[i] ?? at(again, nCarry + histories.indexOf(x)));
  const outputs = b.emit("scan", { ...pair.reader.params, length: size, keep: keepAll }, [
    ...readerConsts,
    ...carry,
    ...xs,
  ]);
  return b.build(outputs);
}

function blocksOf(b: Builder, xs: readonly Var[], { count, size, whole }: Layout): Var[] {
  return xs.map((x) => blocked(b, rows(b, x, 0, whole), count, size));
}

/** Type of the rows of an array x that belong to one block. */
function blockType(x: Var, size: number): Type {
  const { dtype, shape } = arrayTypeOf(x);
  return arrayType(dtype, [size, ...shape.slice(1)]);
}
