import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { contents, resultOf, startKernel, textOf } from "../testing/kernelUnderTest.js";
import type { KernelUnderTest } from "../testing/kernelUnderTest.js";

describe("cells", () => {
  let kernel: KernelUnderTest;
  beforeAll(async () => {
    kernel = await startKernel();
  });
  afterAll(() => kernel.close());

  const result = async (code: string): Promise<string | null> => resultOf(await kernel.execute(code));

  it("are echoed, counted and answered in the order of the protocol", async () => {
    const { reply, published } = await kernel.execute("console.log('hi'); 6 * 7");
    expect(published.map(({ header }) => header.msg_type)).toEqual([
      ...["status", "execute_input", "stream", "execute_result", "status"],
    ]);
    const count = reply.content["execution_count"];
    expect(reply.content).toMatchObject({ status: "ok" });
    expect(published[1]!.content).toEqual({ code: "console.log('hi'); 6 * 7", execution_count: count });
    expect(published[3]!.content).toMatchObject({ execution_count: count, data: { "text/plain": "42" } });
    const next = await kernel.execute("1");
    expect(next.reply.content["execution_count"]).toBe(Number(count) + 1);
  });

  it("do not count when they are silent", async () => {
    const before = await kernel.execute("1");
    const silent = await kernel.execute("2", { silent: true });
    const after = await kernel.execute("3");
    expect(silent.published.map(({ header }) => header.msg_type)).toEqual(["status", "status"]);
    expect(after.reply.content["execution_count"]).toBe(Number(before.reply.content["execution_count"]) + 1);
  });

  it("await in all forms", async () => {
    expect(await result("await (Promise.resolve(1))")).toBe("1");
    expect(await result("await (async () => 5)()")).toBe("5");
    expect(await result("const [one, two] = await Promise.all([1, Promise.resolve(2)]); one + two")).toBe("3");
    expect(await result("if (one === 1) { await null; } await `x`")).toBe("'x'");
    const each = await kernel.execute(
      "async function* three() { yield 1; yield 2; yield 3; }\nfor await (const value of three()) console.log(value);",
    );
    expect(textOf(each)).toBe("1\n2\n3\n");
  });

  it("take what is pasted from a module", async () => {
    await kernel.execute("export const pasted = 5;\nexport function twicePasted() { return 2 * pasted; }");
    expect(await result("pasted + twicePasted()")).toBe("15");
  });

  it("import at run time, and know what they got", async () => {
    await kernel.execute("const files = await import('node:fs');");
    expect(await result("files.existsSync('/no/such/file')")).toBe("false");
    expect((await kernel.execute("files.noSuchFunction()")).reply.content["status"]).toBe("error");
  });

  it("find a package that was installed after they first missed it", async () => {
    expect((await kernel.execute("import { late } from 'late';")).reply.content["ename"]).toBe("TypeScriptError");
    await kernel.execute(`import fs from "node:fs";
      fs.mkdirSync("node_modules/late", { recursive: true });
      fs.writeFileSync("node_modules/late/package.json", '{ "name": "late", "main": "late.js", "types": "late.d.ts" }');
      fs.writeFileSync("node_modules/late/late.js", "exports.late = 7;");
      fs.writeFileSync("node_modules/late/late.d.ts", "export declare const late: number;");`);
    expect(await result("import { late } from 'late';\nlate")).toBe("7");
  });

  it("dispose what they use", async () => {
    const { reply, published } = await kernel.execute(
      "class Handle { [Symbol.dispose]() { console.log('disposed'); } }\n{ using handle = new Handle(); console.log(typeof handle); }\nconsole.log('after');",
    );
    expect(reply.content["status"]).toBe("ok");
    expect(textOf({ published })).toBe("object\ndisposed\nafter\n");
    const asynchronous = await kernel.execute(
      "{ await using one = { async [Symbol.asyncDispose]() { console.log('closed'); } }; }",
    );
    expect(textOf(asynchronous)).toBe("closed\n");
  });

  it("use names of earlier cells everywhere, shorthand properties included", async () => {
    await kernel.execute("const points = [1, 2]; let scale = 3; function twice(x: number) { return 2 * x; }");
    await kernel.execute("import path, { join as joined } from 'node:path';");
    expect(await result("({ points, scale, twice: twice(scale) })")).toBe("{ points: [ 1, 2 ], scale: 3, twice: 6 }");
    expect(await result("Object.keys({ path, joined, twice })")).toBe("[ 'path', 'joined', 'twice' ]");
    expect(await result("({ scale } = { scale: 9 }); scale")).toBe("9");
    expect(await result("((scale: number) => ({ scale }))(1)")).toBe("{ scale: 1 }");
  });

  it("redeclare names, with another type too", async () => {
    await kernel.execute("const again = 1;");
    expect(await result("const again = 'text'; again.length")).toBe("4");
  });

  it("know console and the types of Node in any folder, and those of the browser when they are used", async () => {
    expect(await result("import fs from 'node:fs'; typeof fs.readFileSync")).toBe("'function'");
    expect(await result("WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))")).toBe("true");
    expect(await result("let view: Float64Array<ArrayBuffer> = new Float64Array(2); view.length")).toBe("2");
    expect(await result("points.length")).toBe("2");
  });

  it("decorate classes as the standard says", async () => {
    const code =
      "function named(value: Function, context: ClassDecoratorContext) { console.log(context.kind, context.name); }\n@named class Decorated {}";
    expect(textOf(await kernel.execute(code))).toBe("class Decorated\n");
  });

  it("print nothing for a timer, undefined or null as last expression", async () => {
    expect(await result("setTimeout(() => {}, 1)")).toBeNull();
    expect(await result("setImmediate(() => {})")).toBeNull();
    expect(await result("undefined")).toBeNull();
    expect(await result("null")).toBeNull();
    expect(await result("({ [Symbol.for('Jupyter.display')]: () => null, steer: 1 })")).toBeNull();
    expect(await result("'text'")).toBe("'text'");
  });

  it("take no line as magic", async () => {
    const { reply } = await kernel.execute("%%javascript\n1");
    expect(reply.content).toMatchObject({ status: "error", ename: "TypeScriptError" });
  });

  it("show a value by its own bundle", async () => {
    const { published } = await kernel.execute(
      "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': 'plain', 'text/html': '<b>rich</b>' }) })",
    );
    expect(contents({ published }, "execute_result")[0]).toMatchObject({ data: { "text/html": "<b>rich</b>" } });
  });

  it("display with tslab's own module", async () => {
    const answer = await kernel.execute("import * as tslab from 'tslab'; tslab.display.html('<i>x</i>');");
    expect(contents(answer, "display_data")[0]).toMatchObject({ data: { "text/html": "<i>x</i>" } });
  });
});
