import type { Id, If, Loop, LoopProgram, Print, Statement } from "../../lowering/loopProgram.js";
import { sizeOf } from "../../ir/types.js";
import type { DType } from "../../util/dtype.js";
import { InternalError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import { planRotation } from "../rotation.js";
import {
  buffersUsed,
  bufferOf,
  checkMessages,
  isInnermost,
  isSimple,
  pointsOf,
  rootOf,
  stepCost,
} from "../structure.js";
import { emitNest, scalarSource } from "./emitNest.js";
import { arrayClass } from "./target.js";
import type { JsTarget } from "./target.js";

/** Source of a program, and what its host needs to know. */
export interface EmittedSource {
  /** Body of a function of `math` and `prints` that returns a function without parameters, which makes an instance (`JsInstance`). */
  readonly source: string;
  readonly messages: readonly string[];
  /** What `prints[k]` prints, given the arrays of its values. */
  readonly prints: readonly Print[];
}

/**
 * Writes a program as JavaScript. Arrays and everything that a suspended run must keep are variables of the instance; each list of statements
 * with loops in it is a function that returns true when it is suspended, and goes on from where it was when it is called again.
 */
export function emitProgram(program: LoopProgram): EmittedSource {
  const lines: string[] = [];
  const functions: string[] = [];
  const state: string[] = [];
  const resets: string[] = [];
  const messages = checkMessages(program);
  const prints: Print[] = [];
  let out = lines;
  let depth = 1;
  let counter = 0;

  const line = (text: string): void => void out.push("  ".repeat(depth) + text);
  const indent = (write: () => void): void => {
    depth++;
    write();
    depth--;
  };
  const fresh = (prefix: string): string => `${prefix}${counter++}`;
  const arrayName = (id: Id): string => {
    const root = rootOf(program, id);
    return `${bufferOf(program, root)
      .name.replaceAll(/\W/g, "_")
      .replace(/^(?=\d)/, "_")}$${root}`;
  };
  const stored = (id: Id): string => `this_${arrayName(id)}`;
  const rowsOf = (id: Id): string => `rows_${rootOf(program, id)}`;
  const stateVariable = (prefix: string): string => {
    const name = fresh(prefix);
    state.push(`let ${name} = 0;`);
    resets.push(`${name} = 0;`);
    return name;
  };

  const target: JsTarget = {
    program,
    line,
    indent,
    fresh,
    buffer: arrayName,
    step: (loop) => `stepOf${loop}`,
    lanes(dtype: DType) {
      const name = fresh("lanes");
      state.push(`const ${name} = new ${arrayClass(dtype)}(8);`);
      return name;
    },
  };

  /** Writes a function of its own and returns its name. */
  const define = (prefix: string, parameters: string, write: () => void): string => {
    const name = fresh(prefix);
    const before = [out, depth] as const;
    out = [];
    depth = 1;
    line(`function ${name}(${parameters}) {`);
    indent(write);
    line("}");
    functions.push(...out);
    [out, depth] = before;
    return name;
  };

  /** Statements without loops, as a function of the step of `loop`. */
  const unit = (prefix: string, body: readonly Statement[], loop: Loop | null): string =>
    define(prefix, loop === null ? "" : `stepOf${loop.id}`, () => {
      for (const id of buffersUsed(program, body)) {
        line(`${bufferOf(program, id).growable ? "let" : "const"} ${arrayName(id)} = ${stored(id)};`);
      }
      body.forEach(simple);
    });

  const simple = (statement: Statement): void => {
    switch (statement.kind) {
      case "nest":
        emitNest(target, statement);
        return;
      case "if":
        line(`if (${arrayName(statement.predicate)}[0]) {`);
        indent(() => statement.then.forEach(simple));
        line("} else {");
        indent(() => statement.else.forEach(simple));
        line("}");
        return;
      case "check":
        line(
          `if (!${arrayName(statement.predicate)}[0] && failure === 0) failure = ${messages.indexOf(statement.message) + 1};`,
        );
        return;
      case "print":
        line(`prints[${prints.length}](${statement.values.map(arrayName).join(", ")});`);
        prints.push(statement);
        return;
      case "reserve": {
        const buffer = bufferOf(program, rootOf(program, statement.buffer));
        const rows = fresh("rows");
        line("{");
        indent(() => {
          line(`const ${rows} = ${scalarSource(target, statement.rows)};`);
          line(
            `${stored(buffer.id)} = ${arrayName(buffer.id)} = math.grow(${stored(buffer.id)}, ${rows} * ${sizeOf(buffer.shape)});`,
          );
          line(`${rowsOf(buffer.id)} = Math.max(${rowsOf(buffer.id)}, ${rows});`);
        });
        line("}");
        return;
      }
      case "loop":
        throw new InternalError("a loop stands among statements without loops");
    }
  };

  /** Statements with loops among them, as a resumable function. */
  const list = (prefix: string, body: readonly Statement[]): string => {
    const at = stateVariable("at");
    return define(prefix, "", () => {
      line(`switch (${at}) {`);
      indent(() => {
        line("case 0:");
        let segment: Statement[] = [];
        const flush = (): void => {
          if (segment.length === 0) return;
          const points = pointsOf(segment);
          line(`${unit("part", segment, null)}();${points > 0 ? ` fuel -= ${points};` : ""}`);
          segment = [];
        };
        let number = 0;
        for (const statement of body) {
          if (isSimple([statement])) {
            segment.push(statement);
            continue;
          }
          flush();
          number++;
          line(`case ${number}:`);
          if (statement.kind === "loop") line(`if (${loopFunction(statement)}()) { ${at} = ${number}; return true; }`);
          else branches(statement as If, at, number);
        }
        flush();
      });
      line("}");
      line(`${at} = 0;`);
      line("return false;");
    });
  };

  const branches = (statement: If, at: string, number: number): void => {
    const taken = stateVariable("taken");
    line(`if (${taken} === 0) ${taken} = ${stored(statement.predicate)}[0] ? 1 : 2;`);
    line(
      `if (${taken} === 1 ? ${list("then", statement.then)}() : ${list("otherwise", statement.else)}()) { ${at} = ${number}; return true; }`,
    );
    line(`${taken} = 0;`);
  };

  const loopFunction = (loop: Loop): string => {
    const [active, done, total] = [`active${loop.id}`, `done${loop.id}`, `total${loop.id}`];
    for (const name of [active, done, total, `stepOf${loop.id}`]) {
      state.push(`let ${name} = 0;`);
      resets.push(`${name} = 0;`);
    }
    const innermost = isInnermost(loop);
    const step = innermost ? unit("step", loop.body, loop) : list("step", loop.body);
    const { condition, count } = loop;
    const test =
      condition === null ? "" : innermost ? unit("condition", condition.body, loop) : list("condition", condition.body);
    return define("loop", "", () => {
      const start =
        count === null
          ? "-1"
          : typeof count === "number"
            ? `${Math.max(0, count)}`
            : `Math.max(0, ${stored(count.buffer)}[0])`;
      line(`if (${active} === 0) { ${active} = ${condition === null ? 1 : 2}; ${done} = 0; ${total} = ${start}; }`);
      const absolute = loop.reverse ? `${total} - 1 - ${done}` : done;
      if (innermost && condition === null) {
        line(`if (${done} < ${total}) {`);
        indent(() => {
          line("if (fuel <= 0) return true;");
          line(
            `const end = ${done} + Math.min(${total} - ${done}, Math.max(1, Math.floor(fuel / ${stepCost(loop)})));`,
          );
          line(`fuel -= (end - ${done}) * ${stepCost(loop)};`);
          line(`for (; ${done} < end; ${done}++) {`);
          indent(() => {
            line(`${step}(${absolute});`);
            rotate(loop);
          });
          line("}");
          line(`if (${done} < ${total}) return true;`);
        });
        line("}");
      } else {
        line(condition === null ? `while (${done} < ${total}) {` : "for (;;) {");
        indent(() => {
          line("if (fuel <= 0) return true;");
          line(`stepOf${loop.id} = ${absolute};`);
          if (condition !== null) {
            line(`if (${active} === 2) {`);
            indent(() => {
              line(innermost ? `${test}(stepOf${loop.id});` : `if (${test}()) return true;`);
              line(`if (!${stored(condition.predicate)}[0]) break;`);
              line(`${active} = 1;`);
            });
            line("}");
          }
          line(innermost ? `${step}(stepOf${loop.id});` : `if (${step}()) return true;`);
          rotate(loop);
          line(`${done}++;`);
          if (condition !== null) line(`${active} = 2;`);
          line(`fuel -= ${innermost ? stepCost(loop) : 1};`);
        });
        line("}");
      }
      line(`${active} = 0;`);
      line(`${total} = ${done};`);
      if (loop.trips !== null) line(`${stored(loop.trips)}[0] = ${done};`);
      line("return false;");
    });
  };

  /** Exchanges the arrays that names stand for: nothing has to be moved back at the end. */
  const rotate = (loop: Loop): void => {
    const plan = planRotation(program, loop.rotation);
    for (const cycle of [...plan.renamed, ...plan.moved]) {
      const first = present(cycle[0], "cycle");
      for (const name of [stored, rowsOf]) {
        if (name === rowsOf && !bufferOf(program, first).growable) continue;
        const kept = fresh("kept");
        const steps = cycle.slice(0, -1).map((id, i) => `${name(id)} = ${name(cycle[i + 1] as Id)};`);
        line(`const ${kept} = ${name(first)}; ${steps.join(" ")} ${name(cycle[cycle.length - 1] as Id)} = ${kept};`);
      }
    }
  };

  const main = list("main", program.body);
  for (const buffer of program.buffers) {
    if (buffer.alias !== null) continue;
    state.push(
      `let ${stored(buffer.id)} = new ${arrayClass(buffer.dtype)}(${buffer.growable ? 0 : sizeOf(buffer.shape)});`,
    );
    if (!buffer.growable) continue;
    state.push(`let ${rowsOf(buffer.id)} = 0;`);
    resets.push(`${rowsOf(buffer.id)} = 0;`);
  }
  const loops = program.body.filter((statement) => statement.kind === "loop");
  const body = [
    '"use strict";',
    "return () => {",
    "  let fuel = 0, failure = 0;",
    ...state.map((text) => `  ${text}`),
    ...functions,
    "  return {",
    `    reset() { failure = 0; ${resets.join(" ")} },`,
    `    run(points) { fuel = points; return !${main}(); },`,
    "    failure: () => failure,",
    `    progress: () => [${loops.map((loop) => `[done${loop.id}, total${loop.id}]`).join(", ")}],`,
    `    inputs: [${program.inputs.map((id) => setter(id)).join(", ")}],`,
    `    outputs: () => [${program.outputs.map((id) => getter(id)).join(", ")}],`,
    "  };",
    "};",
  ];
  return { source: body.join("\n"), messages, prints };

  function setter(id: Id): string {
    const buffer = bufferOf(program, id);
    if (!buffer.growable) return `(input) => math.fill(${JSON.stringify(buffer.name)}, ${stored(id)}, input)`;
    const array = stored(id);
    const rows = `${rowsOf(id)} = input.length / ${Math.max(1, sizeOf(buffer.shape))};`;
    return `(input) => { ${array} = math.grow(${array}, input.length); ${array}.set(input); ${rows} }`;
  }

  function getter(id: Id): string {
    const buffer = bufferOf(program, id);
    return buffer.growable
      ? `${stored(id)}.slice(0, ${rowsOf(id)} * ${sizeOf(buffer.shape)})`
      : `${stored(id)}.slice()`;
  }
}
