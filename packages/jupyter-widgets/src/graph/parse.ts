import { ArgumentError } from "@simgrad/core";

/** A variable of a program, and its type. */
export interface Declaration {
  readonly name: string;
  readonly type: string;
}

/** One operation of a program. */
export interface Operation {
  readonly op: string;
  /** The parameters as they are printed, without braces. */
  readonly params: string;
  readonly results: readonly Declaration[];
  readonly operands: readonly string[];
  /** Bodies of loops and branches. */
  readonly bodies: readonly Block[];
}

/** A Graph, or a body of one of its operations. */
export interface Block {
  readonly title: string;
  readonly inputs: readonly Declaration[];
  readonly operations: readonly Operation[];
  readonly outputs: readonly string[];
}

/**
 * Reads a Graph from the text that `explain` prints of it.
 *
 * @returns null if the text is none of a Graph, as that of the stages after lowering
 * @throws ArgumentError if it begins as a Graph and does not go on as one.
 */
export function parseGraph(text: string): Block | null {
  if (!text.startsWith("graph (")) return null;
  const lines = text.split("\n").map((line) => line.trim());
  let at = 0;
  const readBlock = (): Block => {
    const opening = /^(.*?) ?\((.*)\) \{$/.exec(lines[at] as string);
    if (opening === null) throw broken(lines[at] as string, "title (inputs) {");
    at++;
    const operations: Operation[] = [];
    while (at < lines.length) {
      const line = lines[at++] as string;
      if (line === "return" || line.startsWith("return ")) {
        at++;
        const outputs = line
          .slice("return".length)
          .split(",")
          .map((name) => name.trim())
          .filter((name) => name !== "");
        return { title: opening[1] as string, inputs: readDeclarations(opening[2] as string), operations, outputs };
      }
      const bodies: Block[] = [];
      while (isOpening(lines[at])) bodies.push(readBlock());
      operations.push(readOperation(line, bodies));
    }
    throw broken("the end of the text", "return");
  };
  return readBlock();
}

/** An operation's line has its braces around parameters, so that it never ends in one that opens. */
function isOpening(line: string | undefined): boolean {
  return line !== undefined && line.endsWith(") {");
}

function readOperation(line: string, bodies: readonly Block[]): Operation {
  const equation = /^((?:\w+: [^=]*?, )*\w+: [^=]*?) = (.*)$/.exec(line);
  const call = equation === null ? line : (equation[2] as string);
  const op = /^\w+/.exec(call)?.[0];
  if (op === undefined) throw broken(line, "results = op{parameters} operands");
  const rest = call.slice(op.length);
  const end = rest.startsWith("{") ? closing(rest) + 1 : 0;
  return {
    op,
    params: end === 0 ? "" : rest.slice(1, end - 1),
    results: readDeclarations(equation?.[1] ?? ""),
    operands: rest
      .slice(end)
      .split(" ")
      .filter((name) => name !== ""),
    bodies,
  };
}

/** Place of the brace that closes the one at the start; braces in strings do not count. */
function closing(text: string): number {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (quoted && character === "\\") i++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === "{") depth++;
    else if (!quoted && character === "}" && --depth === 0) return i;
  }
  throw broken(text, "a brace that closes the parameters");
}

/** Reads `a: float64[2, 3], b: int32[]`: the commas within types stand in brackets. */
function readDeclarations(text: string): readonly Declaration[] {
  return [...text.matchAll(/(\w+): ((?:[^,[\]]|\[[^\]]*\])+)/g)].map(([, name, type]) => ({
    name: name as string,
    type: type as string,
  }));
}

function broken(got: string, expected: string): ArgumentError {
  return new ArgumentError({ what: "showGraph: the text is not that of a Graph.", got, expected });
}
