import type { Cell, Expr, Id, Index, LoopProgram, Output, Ref, Statement } from "./loopProgram.js";
import { walkBuffers } from "./walk.js";

/** The LoopProgram as text: buffers, then statements, expressions written out (shared ones with their names). */
export function printProgram(program: LoopProgram): string {
  const lines: string[] = [];
  const name = (buffer: Id): string => `${program.buffers[buffer]?.name ?? "?"}#${buffer}`;
  const used = new Set([...program.inputs, ...program.outputs]);
  const use = (buffer: Id): void => void used.add(buffer);
  walkBuffers(program.exprs, program.body, { read: use, write: use });
  for (const buffer of program.buffers) {
    if (!used.has(buffer.id)) continue;
    const alias = buffer.alias === null ? "" : ` = ${name(buffer.alias)}`;
    lines.push(
      `buffer ${name(buffer.id)}: ${buffer.dtype}[${buffer.shape.join(",")}]${buffer.growable ? " growable" : ""}${alias}`,
    );
  }
  lines.push(`inputs ${program.inputs.map(name).join(" ")}`);
  const printIndex = (index: Index, shift: number): string => {
    const parts: string[] = [];
    if (index.axis !== null && index.stride !== 0) {
      const axis = `i${index.axis}`;
      parts.push(index.stride === 1 ? axis : index.stride === -1 ? `-${axis}` : `${index.stride}*${axis}`);
    }
    if (index.loop !== null) parts.push(`step${index.loop}`);
    if (index.dynamic !== null) parts.push(print(index.dynamic, shift));
    if (index.offset !== 0 || parts.length === 0) parts.push(String(index.offset));
    return parts.join("+").replaceAll("+-", "-");
  };
  const place = (buffer: Id, index: readonly Index[], shift: number): string =>
    `${name(buffer)}[${index.map((one) => printIndex(one, shift)).join(",")}]`;
  let named: ReadonlyMap<Id, string> = new Map();
  const print = (ref: Ref, outer: number): string => named.get(ref.expr) ?? printWhole(ref, outer);
  const printWhole = (ref: Ref, outer: number): string => {
    const shift = outer + (ref.shift ?? 0);
    const expr = program.exprs[ref.expr] as Expr;
    const arg = (one: Ref): string => print(one, shift);
    switch (expr.op) {
      case "const":
        return Object.is(expr.value, -0) ? "-0" : String(expr.value);
      case "index":
        return shift === 0 ? `i${expr.axis}` : `(i${expr.axis}${shift < 0 ? shift : `+${shift}`})`;
      case "step":
        return `step${expr.loop}`;
      case "load":
        return `${place(expr.buffer, expr.index, 0)}${shift === 0 ? "" : `@${shift}`}`;
      case "unary":
        return `${expr.name}(${arg(expr.args[0])})`;
      case "isFinite":
        return `isFinite(${arg(expr.args[0])})`;
      case "binary":
        return `${expr.name}(${expr.args.map(arg).join(", ")})`;
      case "compare":
        return `${expr.relation}(${expr.args.map(arg).join(", ")})`;
      case "select":
        return `select(${expr.args.map(arg).join(", ")})`;
      case "convert":
        return `${expr.dtype}(${arg(expr.args[0])})`;
      case "lane":
        return `${print(expr.args[0], 0)}.${expr.lane}`;
      case "pack":
        return `pack(${expr.args.map((one) => print(one, 0)).join(", ")})`;
    }
  };
  const printOutput = (output: Output): string => {
    const target = place(output.buffer, output.index, 0);
    const value = print(output.value, 0);
    switch (output.mode) {
      case "store":
        return `${target} = ${value}`;
      case "reduce":
        return `${target} = ${output.combine} over last ${output.axes} axes, ${output.lanes} lanes, of ${value}`;
      case "accumulate":
        return `${target} ${output.combine}= ${value}`;
      case "scatter":
        return `${target} scatter-${output.combine}= ${value}${output.when === null ? "" : ` when ${print(output.when, 0)}`}`;
      case "prefix":
        return `${target} = prefix sum of ${value}`;
    }
  };
  const visit = (statements: readonly Statement[], indent: string): void => {
    for (const statement of statements) {
      switch (statement.kind) {
        case "nest":
          lines.push(`${indent}nest [${statement.extents.join(",")}]`);
          for (const cell of statement.cells) {
            lines.push(`${indent}  cell ${cell.box.map(([low, high]) => `[${low},${high})`).join("x")}`);
            const names = new Map<Id, string>();
            named = names;
            for (const id of sharedValues(program, cell)) {
              lines.push(`${indent}    v${id} = ${printWhole({ expr: id, shift: null }, 0)}`);
              names.set(id, `v${id}`);
            }
            for (const output of cell.outputs) lines.push(`${indent}    ${printOutput(output)}`);
            named = new Map();
          }
          break;
        case "loop": {
          const count = statement.count;
          const trips =
            count === null ? "while" : typeof count === "number" ? `for ${count}` : `for ${name(count.buffer)}`;
          const counted = statement.trips === null ? "" : ` trips ${name(statement.trips)}`;
          lines.push(`${indent}loop ${statement.id} ${trips}${statement.reverse ? " reverse" : ""}${counted}`);
          if (statement.condition !== null) {
            lines.push(`${indent}  condition ${name(statement.condition.predicate)}`);
            visit(statement.condition.body, `${indent}    `);
          }
          visit(statement.body, `${indent}  `);
          if (statement.rotation.length > 0) {
            lines.push(`${indent}  rotate ${statement.rotation.map(([a, b]) => `${name(a)}<-${name(b)}`).join(" ")}`);
          }
          break;
        }
        case "if":
          lines.push(`${indent}if ${name(statement.predicate)}`);
          visit(statement.then, `${indent}  `);
          lines.push(`${indent}else`);
          visit(statement.else, `${indent}  `);
          break;
        case "check":
          lines.push(`${indent}check ${name(statement.predicate)} "${statement.message}"`);
          break;
        case "print":
          lines.push(`${indent}print "${statement.format}" ${statement.values.map(name).join(" ")}`.trimEnd());
          break;
        case "reserve":
          lines.push(`${indent}reserve ${name(statement.buffer)} ${print(statement.rows, 0)}`);
          break;
      }
    }
  };
  visit(program.body, "");
  lines.push(`outputs ${program.outputs.map(name).join(" ")}`);
  return lines.join("\n");
}

/** Cells with fewer values are written without names for them. */
const namedFrom = 40;
/** Names stand at least this often along a chain of operands. */
const longestChain = 20;

/** What is read more than once in a long cell of a nest without axes, operands first: written out each time, its text could grow without bound. */
function sharedValues(program: LoopProgram, cell: Cell): readonly Id[] {
  if (cell.box.length > 0) return [];
  const uses = new Map<Id, number>();
  const depth = new Map<Id, number>();
  const order: Id[] = [];
  const stack = cell.outputs.map((output) => output.value.expr);
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (top < 0) {
      const args = argsOf(program.exprs[~top] as Expr);
      depth.set(~top, Math.max(0, ...args.map((arg) => (depth.get(arg.expr) ?? 0) + 1)));
      order.push(~top);
      continue;
    }
    uses.set(top, (uses.get(top) ?? 0) + 1);
    if ((uses.get(top) as number) > 1) continue;
    stack.push(~top, ...argsOf(program.exprs[top] as Expr).map((arg) => arg.expr));
  }
  if (order.length < namedFrom) return [];
  return order.filter((id) => {
    const shared = (uses.get(id) as number) > 1 || (depth.get(id) as number) % longestChain === longestChain - 1;
    return shared && argsOf(program.exprs[id] as Expr).length > 0;
  });
}

function argsOf(expr: Expr): readonly Ref[] {
  return "args" in expr ? expr.args : [];
}
