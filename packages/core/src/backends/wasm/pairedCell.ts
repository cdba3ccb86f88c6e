import type { Cell, Id, LoopProgram, Nest, Output } from "../../lowering/loopProgram.js";
import { present } from "../../util/invariant.js";
import { nestFacts } from "../nestFacts.js";
import { exprOf, operandsOf, rootOf } from "../structure.js";
import { accessesOf } from "./access.js";
import type { Action, PreparedCell } from "./cell.js";
import { planCell } from "./cellPlan.js";
import { pairKey, type Pairing, type ScalarPair } from "./scalarPairs.js";
import type { Registers } from "./registers.js";
import { stackType } from "./target.js";
import { makeNode } from "./nodes.js";
import type { Base, CellValues, Node } from "./nodes.js";
import { values } from "./values.js";

/** Prepares the cells of a nest without axes in a loop with pairs: what is matched is computed as a vector. */
export function preparePaired(
  program: LoopProgram,
  nest: Nest,
  pairing: Pairing,
  registers: Registers,
): readonly PreparedCell[] {
  const facts = nestFacts(program, nest);
  const accesses = accessesOf(program, 0);
  return nest.cells.map((cell): PreparedCell => {
    const plan = { ...planCell(program, facts, accesses, cell), vector: "float64" as const };
    const cellValues: CellValues = {
      program,
      facts,
      accesses,
      cell,
      blockAxis: -1,
      innerUnrolled: false,
      elements: 1,
      paired: false,
      inVector: () => false,
      inPairs: () => false,
      isPairedMask: () => false,
      vector: "float64",
      hoisted: new Map(),
      needsBlockIndex: false,
    };
    const bases = new Map<string, Base>();
    const made = pairedValues(cellValues, bases, pairing, registers);
    const actions = pairedActions(cellValues, made);
    const rest = { actions: [actions], rolls: [], ends: new Map(), nodes: made.nodes };
    return { plan, values: cellValues, bases, block: null, rest };
  });
}

interface PairedValues {
  scalar(id: Id): Node;
  vector(a: Id, b: Id): Node;
  place(output: Output): Action["place"];
  isVector(a: Id, b: Id): boolean;
  pairOf(output: Output): ScalarPair | undefined;
  readonly nodes: readonly Node[];
}

function pairedValues(
  cell: CellValues,
  bases: Map<string, Base>,
  pairing: Pairing,
  registers: Registers,
): PairedValues {
  const { program, accesses, facts } = cell;
  const plain = values(cell, -1, bases);
  const own: Node[] = [];
  const scalars = new Map<Id, Node>();
  const vectors = new Map<string, Node>();
  const laneOf = lanesIn(cell.cell, pairing);

  const used = (node: Node): Node => {
    node.uses++;
    return node;
  };
  const keep = (node: Node): Node => {
    own.push(node);
    return node;
  };

  const scalar = (id: Id): Node => {
    const known = scalars.get(id);
    if (known !== undefined) return used(known);
    const node = keep(newScalar(id));
    scalars.set(id, node);
    return used(node);
  };
  const newScalar = (id: Id): Node => {
    const expr = exprOf(program, id);
    const type = stackType(expr.dtype);
    if (expr.op === "const") return makeNode("constant", id, type, 0);
    const lane = laneOf.get(id);
    if (lane !== undefined && expr.dtype === "float64") {
      return makeNode("lane", id, type, 0, [vector(lane.pair[0], lane.pair[1])], null, lane.lane);
    }
    if (expr.op === "load") {
      const pair = expr.index.length === 0 ? pairing.pairOf(rootOf(program, expr.buffer)) : undefined;
      if (pair !== undefined) {
        const at = pair.lanes.indexOf(rootOf(program, expr.buffer));
        return makeNode("lane", id, type, 0, [used(held(id, pair))], null, at);
      }
      return makeNode("scalar", id, type, 0, [], plain.place(accesses.ofLoad(id), 0));
    }
    return makeNode(
      "scalar",
      id,
      type,
      0,
      operandsOf(expr).map((ref) => scalar(ref.expr)),
    );
  };
  /** The register of a pair. */
  const held = (id: Id, pair: ScalarPair): Node => {
    const key = `register ${pair.lanes.join()}`;
    let node = vectors.get(key);
    if (node === undefined) {
      const local = pair.isWritten ? registers.get(pair.lanes[0]) : registers.get(pairKey(pair));
      node = keep(makeNode("held", id, "v128", present(local, "the register of a pair")));
      vectors.set(key, node);
    }
    return node;
  };

  const vector = (a: Id, b: Id): Node => {
    const key = `${a},${b}`;
    const known = vectors.get(key);
    if (known !== undefined) return used(known);
    const node = newVector(a, b);
    if (!vectors.has(key)) vectors.set(key, node);
    return used(node);
  };
  const newVector = (a: Id, b: Id): Node => {
    const [x, y] = [exprOf(program, a), exprOf(program, b)];
    if (a === b) {
      if (x.op === "const" && x.dtype === "float64") return keep(makeNode("constants", a, "v128", b));
      return keep(makeNode("splat", a, "v128", 0, [scalar(a)]));
    }
    if (x.op === "const") return keep(makeNode("constants", a, "v128", b));
    if (x.op === "load" && y.op === "load") {
      if (x.index.length === 0) {
        const pair = pairing.readPair(rootOf(program, x.buffer), rootOf(program, y.buffer));
        return held(a, present(pair, "a pair"));
      }
      const [p, q] = [accesses.ofLoad(a), accesses.ofLoad(b)];
      if (q.constant + q.folded === p.constant + p.folded + 8) {
        return keep(makeNode("neighbours", a, "v128", 0, [], plain.place(p, 0)));
      }
      return keep(makeNode("packed", a, "v128", 0, [scalar(a), scalar(b)]));
    }
    const [mine, others] = [operandsOf(x), operandsOf(y)];
    return keep(
      makeNode(
        "vector",
        a,
        "v128",
        0,
        mine.map((ref, k) => vector(ref.expr, present(others[k], "operand").expr)),
      ),
    );
  };

  return {
    scalar,
    vector,
    place: (output) => plain.place(accesses.ofOutput(output), 0),
    isVector: (a, b) => a !== b && pairing.matches(a, b) && facts.depth(a) > 0,
    pairOf: (output) => (output.index.length === 0 ? pairing.pairOf(rootOf(program, output.buffer)) : undefined),
    get nodes() {
      return [...own, ...plain.nodes];
    },
  };

  /** Values of the cell that are lanes of vectors which it computes anyway, for its stores. */
  function lanesIn(
    from: Cell,
    all: Pairing,
  ): ReadonlyMap<Id, { readonly pair: readonly [Id, Id]; readonly lane: 0 | 1 }> {
    const lanes = new Map<Id, { pair: readonly [Id, Id]; lane: 0 | 1 }>();
    const seen = new Set<string>();
    const visit = (a: Id, b: Id): void => {
      const stack: [Id, Id][] = [[a, b]];
      for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
        const [first, second] = top;
        const key = top.join();
        if (first === second || seen.has(key)) continue;
        seen.add(key);
        const [x, y] = [exprOf(program, first), exprOf(program, second)];
        if (!("args" in x) || !("args" in y)) continue;
        lanes.set(first, { pair: [first, second], lane: 0 });
        lanes.set(second, { pair: [first, second], lane: 1 });
        x.args.forEach((arg, k) => stack.push([arg.expr, present(y.args[k], "operand").expr]));
      }
    };
    const byRoot = new Map(from.outputs.map((output) => [rootOf(program, output.buffer), output]));
    for (const pair of all.scalars) {
      const [a, b] = pair.lanes.map((root) => byRoot.get(root));
      if (pair.isWritten && a !== undefined && b !== undefined) visit(a.value.expr, b.value.expr);
    }
    return lanes;
  }
}

function pairedActions(cell: CellValues, made: PairedValues): readonly Action[] {
  const { program, accesses } = cell;
  const { outputs } = cell.cell;
  const actions: Action[] = [];
  const done = new Set<Output>();
  const byRoot = new Map(outputs.map((output) => [rootOf(program, output.buffer), output]));
  const store = (output: Output, value: Node, lanes: 1 | 2): void => {
    actions.push({
      output,
      copy: { position: 0, lanes },
      value,
      place: made.place(output),
      when: null,
      negated: false,
    });
  };
  for (const output of outputs) {
    if (done.has(output)) continue;
    const pair = made.pairOf(output);
    if (pair !== undefined) {
      const [a, b] = pair.lanes.map((root) => present(byRoot.get(root), "both halves of a pair")) as [Output, Output];
      done.add(a).add(b);
      store(a, made.vector(a.value.expr, b.value.expr), 2);
      continue;
    }
    done.add(output);
    const place = accesses.ofOutput(output);
    const other =
      output.index.length === 0
        ? undefined
        : outputs.find((one) => {
            if (done.has(one) || one.index.length !== output.index.length) return false;
            const at = accesses.ofOutput(one);
            return (
              at.root === place.root &&
              at.constant + at.folded === place.constant + place.folded + 8 &&
              made.isVector(output.value.expr, one.value.expr)
            );
          });
    if (other !== undefined) {
      done.add(other);
      store(output, made.vector(output.value.expr, other.value.expr), 2);
    } else store(output, made.scalar(output.value.expr), 1);
  }
  return actions;
}
