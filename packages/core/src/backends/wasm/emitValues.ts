import type { Expr, Id } from "../../lowering/loopProgram.js";
import { InternalError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import { deepFrom } from "../nestFacts.js";
import { exprOf } from "../structure.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import { growableState } from "./layout.js";
import { emitScalar } from "./scalarOps.js";
import type { Operation } from "./scalarOps.js";
import { pushConstant, scalarLoad } from "./target.js";
import type { Scope, Target } from "./target.js";
import { knownHoisted, resetNodes, splitPosition } from "./nodes.js";
import type { Base, CellValues, Node, Place } from "./nodes.js";
import { values } from "./values.js";
import { emitVector, splat, splatConstant } from "./vectorOps.js";
import type { LaneType } from "./vectorOps.js";

/** A cell whose code is being written. */
export interface CellContext extends CellValues {
  readonly target: Target;
  readonly scope: Scope;
  /** Index along each axis: a constant, or a local. */
  readonly axes: ({ constant: number } | { local: number })[];
}

/** Pushes a node's value: computed at its first use, kept in a local if there are more. */
export function push(context: CellContext, node: Node): void {
  const { fn } = context.scope;
  node.left--;
  switch (node.kind) {
    case "constant":
    case "hoisted":
    case "hoistedVector":
      compute(context, node);
      return;
    default:
  }
  if (node.local >= 0) {
    fn.get(node.local);
    if (node.left === 0 && node.kind !== "rolled") fn.release(node.local);
    return;
  }
  compute(context, node);
  if (node.left > 0 && node.kind !== "held" && !isRegister(context, node)) {
    node.local = fn.take(node.type);
    fn.tee(node.local);
  }
}

/** The local that holds the scalar at a place, if one does. */
export function registerOf({ scope }: CellContext, { root }: Place): number | undefined {
  return scope.registers.get(scope.mapping.get(root) ?? root);
}

/** Whether a node is a local already: nothing is written to it while the cell's values are still wanted (see `emitStretch`). */
function isRegister(context: CellContext, { place }: Node): boolean {
  return place !== null && registerOf(context, place) !== undefined;
}

/** Computes a node now, so that its value is the one of this moment; its uses stay. */
export function settle(context: CellContext, node: Node): void {
  if (node.local >= 0 || node.kind === "constant" || node.kind === "hoisted" || node.kind === "hoistedVector") return;
  compute(context, node);
  node.local = context.scope.fn.take(node.type);
  context.scope.fn.set(node.local);
}

/** Computes what lies at regular distances below a deep node first, so that none is computed by deep recursion. */
export function settleDeep(context: CellContext, root: Node): void {
  const { depth } = context.facts;
  if (depth(root.expr) < deepFrom) return;
  const stack = [root];
  const seen = new Set<Node>();
  const found: Node[] = [];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    // What is below a value that is there already was needed for it; walking it for each output would take their product in time.
    if (seen.has(node) || node.local >= 0) continue;
    seen.add(node);
    if (depth(node.expr) % deepFrom === 0 && node.left > 0) found.push(node);
    stack.push(...node.args);
  }
  found.sort((a, b) => depth(a.expr) - depth(b.expr)).forEach((node) => settle(context, node));
}

/** Pushes an address (without the instruction's offset, which is returned). */
export function pushPlace(context: CellContext, place: Place): number {
  const { scope, target } = context;
  const { fn } = scope;
  const { root, base, dynamics } = place;
  let constant = place.added;
  // A growable buffer's address is part of its base.
  let offset = place.offset + (base.growable === null ? target.layout.address(scope.mapping.get(root) ?? root) : 0);
  let terms = 0;
  if (base.local >= 0) {
    fn.get(base.local);
    terms = 1;
  } else if (base.known !== null) constant += base.known;
  else {
    const rest = pushBase(context, base);
    constant += rest.constant;
    terms = rest.terms;
  }
  for (const dynamic of dynamics) {
    push(context, dynamic);
    if (terms++ > 0) fn.op("i32.add");
  }
  if (terms === 0) {
    if (constant + offset < 0) throw new InternalError("an address is negative");
    fn.i32(0);
    return constant + offset;
  }
  if (offset < 0) {
    constant += offset;
    offset = 0;
  }
  if (constant !== 0) {
    fn.i32(constant);
    fn.op("i32.add");
  }
  return offset;
}

/** Pushes the variable part of a base at the current axes; its constant part is returned, nothing is pushed where there are no terms. */
export function pushBase(context: CellContext, base: Base): { constant: number; terms: number } {
  const { fn } = context.scope;
  let constant = base.constant;
  let terms = 0;
  const scale = (bytes: number): void => {
    scaleBy(fn, bytes);
    if (terms++ > 0) fn.op("i32.add");
  };
  if (base.growable !== null) {
    const { target, scope } = context;
    fn.i32(0);
    fn.access(
      "i32.load",
      target.layout.address(scope.mapping.get(base.growable) ?? base.growable) + growableState.address,
    );
    scale(1);
  }
  base.axes.forEach((bytes, axis) => {
    if (bytes === 0) return;
    const index = present(context.axes[axis], "index along an axis");
    if ("constant" in index) constant += bytes * index.constant;
    else {
      fn.get(index.local);
      scale(bytes);
    }
  });
  for (const [loop, bytes] of base.loops) {
    context.scope.pushStep(loop);
    scale(bytes);
  }
  for (const [expr, bytes] of base.dynamics) {
    pushHoisted(context, expr);
    scale(bytes);
  }
  return { constant, terms };
}

/** Multiplies the int32 on the stack. */
export function scaleBy(fn: FunctionBuilder, bytes: number): void {
  if (bytes === 1) return;
  const power = Math.log2(bytes);
  if (bytes > 0 && Number.isInteger(power)) {
    fn.i32(power);
    fn.op("i32.shl");
  } else {
    fn.i32(bytes);
    fn.op("i32.mul");
  }
}

function pushHoisted(context: CellContext, id: Id): void {
  const expr = exprOf(context.program, id);
  if (expr.op === "const") pushConstant(context.scope.fn, expr.dtype, expr.value);
  else context.scope.fn.get(knownHoisted(context, id).local);
}

function compute(context: CellContext, node: Node): void {
  const { fn } = context.scope;
  const expr = exprOf(context.program, node.expr);
  switch (node.kind) {
    case "constant":
    case "hoisted":
      pushHoisted(context, node.expr);
      return;
    case "hoistedVector":
      fn.get(knownHoisted(context, node.expr).vectorLocal);
      return;
    case "splat":
      push(context, present(node.args[0], "operand"));
      splat(fn, present(context.vector, "lane type"), expr.dtype);
      return;
    case "scaled":
      push(context, present(node.args[0], "operand"));
      scaleBy(fn, node.factor);
      return;
    case "lane":
      push(context, present(node.args[0], "operand"));
      fn.lane(`${laneShape(context)}.extract_lane`, node.factor);
      return;
    case "joined": {
      node.args.forEach((arg) => push(context, arg));
      const bytes = (from: number): number[] => Array.from({ length: 8 }, (_, k) => from + k);
      fn.shuffle([...bytes(8 * (node.factor & 1)), ...bytes(16 + 8 * (node.factor >> 1))]);
      return;
    }
    case "pair":
      computePair(context, node, expr);
      return;
    case "rolled":
      throw new InternalError("a rolled value has no local");
    case "held":
      fn.get(node.position);
      return;
    case "constants":
      fn.f64x2(constantOf(context, node.expr), constantOf(context, node.position));
      return;
    case "neighbours":
      fn.access("v128.load", pushPlace(context, present(node.place, "place")));
      return;
    case "packed":
      push(context, present(node.args[0], "operand"));
      fn.op("f64x2.splat");
      push(context, present(node.args[1], "operand"));
      fn.lane("f64x2.replace_lane", 1);
      return;
    case "scalar":
      computeScalar(context, node, expr);
      return;
    case "vector":
      computeVector(context, node, expr);
      return;
  }
}

function constantOf({ program }: CellContext, id: Id): number {
  const expr = exprOf(program, id);
  if (expr.op !== "const") throw new InternalError("a lane is no constant");
  return expr.value;
}

function computeScalar(context: CellContext, node: Node, expr: Expr): void {
  const { fn } = context.scope;
  switch (expr.op) {
    case "const":
      pushConstant(fn, expr.dtype, expr.value);
      return;
    case "index":
      pushIndex(context, expr.axis, node.position);
      return;
    case "step":
      context.scope.pushStep(expr.loop);
      return;
    case "load": {
      const place = present(node.place, "place");
      const register = registerOf(context, place);
      if (register !== undefined) {
        fn.get(register);
        return;
      }
      const offset = pushPlace(context, place);
      fn.access(scalarLoad(expr.dtype), offset);
      return;
    }
    case "lane":
    case "pack":
      throw new InternalError(`a ${expr.op} has no code of its own`);
    default:
      emitScalar(context.target, fn, expr, (i) => push(context, present(node.args[i], "operand")));
  }
}

function computeVector(context: CellContext, node: Node, expr: Expr): void {
  const { fn } = context.scope;
  const type = present(context.vector, "lane type");
  switch (expr.op) {
    case "load": {
      const place = present(node.place, "place");
      const offset = pushPlace(context, place);
      const invariant = (place.base.axes[context.facts.rank - 1] ?? 0) === 0;
      fn.access(invariant ? (type === "float64" ? "v128.load64_splat" : "v128.load32_splat") : "v128.load", offset);
      return;
    }
    case "pack":
      node.args.forEach((arg, lane) => {
        push(context, arg);
        if (lane === 0) splat(fn, type, expr.dtype);
        else fn.lane(`${laneShape(context)}.replace_lane`, lane);
      });
      return;
    case "const":
    case "index":
    case "step":
    case "lane":
      throw new InternalError(`no vector of ${expr.op}`);
    default:
      if (expr.op === "convert" && node.args.length === 0) {
        pushIndexVector(context, node.position + (expr.args[0].shift ?? 0), type);
      } else emitVector(context.target, fn, type, expr, (i) => push(context, present(node.args[i], "operand")));
  }
}

/** A value of two neighbours along the block's axis: loaded, computed, or put together. */
function computePair(context: CellContext, node: Node, expr: Expr): void {
  const { fn } = context.scope;
  const [a, b] = node.args;
  if (node.place !== null) {
    const offset = pushPlace(context, node.place);
    fn.access("v128.load", offset);
  } else if (isOperation(expr) && node.args.every((arg) => arg.type === "v128")) {
    emitVector(context.target, fn, "float64", expr, (i) => push(context, present(node.args[i], "operand")));
  } else {
    push(context, present(a, "the first of a pair"));
    fn.op("f64x2.splat");
    push(context, present(b, "the second of a pair"));
    fn.lane("f64x2.replace_lane", 1);
  }
}

function laneShape({ vector }: CellContext): "f64x2" | "f32x4" {
  return vector === "float64" ? "f64x2" : "f32x4";
}

/** Pushes the index along an axis, `position` further if it is the inner one. */
function pushIndex(context: CellContext, axis: number, position: number): void {
  const { fn } = context.scope;
  const index = present(context.axes[axis], "index along an axis");
  const { element, inner } = splitPosition(position);
  const isInner = axis === context.facts.rank - 1;
  const ahead = !context.innerUnrolled
    ? isInner
      ? position
      : 0
    : isInner
      ? inner
      : axis === context.blockAxis
        ? element
        : 0;
  if ("constant" in index) {
    fn.i32(index.constant + ahead);
    return;
  }
  fn.get(index.local);
  if (ahead !== 0) {
    fn.i32(ahead);
    fn.op("i32.add");
  }
}

function pushIndexVector(context: CellContext, position: number, type: LaneType): void {
  const { fn } = context.scope;
  pushIndex(context, context.facts.rank - 1, position);
  fn.op("i32x4.splat");
  fn.i32x4([0, 1, 2, 3]);
  fn.op("i32x4.add");
  fn.op(type === "float64" ? "f64x2.convert_low_i32x4_s" : "f32x4.convert_i32x4_s");
}

/** Emits the values that are computed at the entry of `level`, once its axis has an index. */
export function emitHoisted(context: CellContext, level: number): void {
  const { fn } = context.scope;
  const { program } = context;
  const here = [...context.hoisted.values()].filter((hoisted) => hoisted.level === level);
  const made = values(context, level, new Map());
  const roots = here.map((hoisted) => ({ hoisted, expr: exprOf(program, hoisted.expr) }));
  const nodes = roots.map(({ hoisted, expr }) =>
    expr.op === "const" ? null : made.scalar({ expr: hoisted.expr, shift: null }, 0),
  );
  resetNodes(made.nodes);
  roots.forEach(({ hoisted, expr }, i) => {
    const node = nodes[i];
    if (node !== null && node !== undefined) {
      settleDeep(context, node);
      push(context, node);
      hoisted.local = fn.take(node.type);
      fn.set(hoisted.local);
    }
    if (!hoisted.wantsVector) return;
    const type = present(context.vector, "lane type");
    if (expr.op === "const" && expr.dtype !== "bool") splatConstant(fn, type, expr.value);
    else {
      pushHoisted(context, hoisted.expr);
      splat(fn, type, expr.dtype);
    }
    hoisted.vectorLocal = fn.take("v128");
    fn.set(hoisted.vectorLocal);
  });
}

function isOperation(expr: Expr): expr is Operation {
  return !["const", "index", "step", "load", "lane", "pack"].includes(expr.op);
}
