import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { stripVTControlCharacters } from "node:util";
import { contents, resultOf, startKernel, textOf } from "../testing/kernelUnderTest.js";
import type { Answer, KernelUnderTest } from "../testing/kernelUnderTest.js";

const traceback = ({ published }: Pick<Answer, "published">): string =>
  stripVTControlCharacters((contents({ published }, "error")[0]?.["traceback"] as string[]).join("\n"));

describe("errors", () => {
  let kernel: KernelUnderTest;
  beforeAll(async () => {
    kernel = await startKernel();
  });
  afterAll(() => kernel.close());

  it("point into the cell, and show no frame of the kernel", async () => {
    const code =
      "interface Unused { a: number }\n\nfunction fail(x: number): never {\n  throw new RangeError(`bad ${x}`);\n}\nfail(3);";
    const answer = await kernel.execute(code);
    const count = Number(answer.reply.content["execution_count"]);
    expect(answer.reply.content).toMatchObject({ status: "error", ename: "RangeError", evalue: "bad 3" });
    const text = traceback(answer);
    expect(text).toContain(`Cell ${count}, line 4, column 9`);
    expect(text).toContain("> 4 |   throw new RangeError(`bad ${x}`);");
    expect(text).toContain(`at fail (cell ${count}:4:9)`);
    expect(text).toContain(`cell ${count}:6:1`);
    expect(text).not.toMatch(/node:|tslab|jupyter-kernel/);
  });

  it("name the earlier cell that they come from", async () => {
    const first = await kernel.execute("const broken = () => {\n  throw new Error('inside');\n};");
    const count = Number(first.reply.content["execution_count"]);
    const answer = await kernel.execute("\n\nbroken();");
    expect(traceback(answer)).toContain(`(cell ${count}:2:9)`);
    expect(traceback(answer)).toContain(`cell ${count + 1}:3:1`);
  });

  it("of a promise show the await that they came through", async () => {
    const answer = await kernel.execute("import fs from 'node:fs/promises';\n\nawait fs.readFile('/no/such/file');");
    const count = Number(answer.reply.content["execution_count"]);
    expect(traceback(answer)).toContain(`await (cell ${count}:3:1)`);
    expect(traceback(answer)).toContain("> 3 | await fs.readFile('/no/such/file');");
  });

  it("of types show place and text", async () => {
    const answer = await kernel.execute("const fine = 1;\nconst wrong: number = 'text';");
    expect(answer.reply.content).toMatchObject({
      ename: "TypeScriptError",
      evalue: "Type 'string' is not assignable to type 'number'.",
    });
    expect(traceback(answer)).toContain("line 2, column 7");
  });

  it("show their cause, and what is no Error", async () => {
    expect(traceback(await kernel.execute("throw new Error('outer', { cause: new TypeError('inner') })"))).toMatch(
      /Error: outer[^]*Caused by:\nTypeError: inner/,
    );
    expect((await kernel.execute("throw { code: 3 }")).reply.content).toMatchObject({ evalue: "{ code: 3 }" });
  });

  it("leave what was declared before them, and what earlier cells gave", async () => {
    await kernel.execute("const later = 'earlier value';");
    const failed = await kernel.execute(
      "const before = 5;\nfunction helper() { return before + 1; }\nif (before > 1) throw new Error('half-way');\nconst later = 6; const unreached = 7;",
    );
    expect(failed.reply.content["status"]).toBe("error");
    expect(resultOf(await kernel.execute("helper() + before"))).toBe("11");
    expect(resultOf(await kernel.execute("later.toUpperCase()"))).toBe("'EARLIER VALUE'");
    expect((await kernel.execute("unreached")).reply.content["evalue"]).toBe("Cannot find name 'unreached'.");
  });

  it("do not stop the cell that is asked for after them", async () => {
    await kernel.execute("throw new Error('first')");
    expect(resultOf(await kernel.execute("1 + 1"))).toBe("2");
  });

  it("abort what was asked for before them, unless told not to", async () => {
    const first = kernel.execute("await new Promise((r) => setTimeout(r, 100)); throw new Error('stop')");
    const second = kernel.execute("console.log('unreached')");
    expect((await first).reply.content["status"]).toBe("error");
    expect((await second).reply.content["status"]).toBe("aborted");
    const third = kernel.execute("throw new Error('go on')", { stop_on_error: false });
    const fourth = kernel.execute("console.log('reached')");
    await third;
    expect(textOf(await fourth)).toBe("reached\n");
  });

  it("of a timer are shown, and end a cell that nobody reads", async () => {
    const read = await kernel.execute("void setTimeout(() => { throw new Error('from a timer'); }, 20);");
    expect(read.reply.content["status"]).toBe("ok");
    await kernel.until(({ header, content }) => header.msg_type === "error" && content["evalue"] === "from a timer");
    expect((await kernel.execute("1")).reply.content["status"]).toBe("ok");
    const batch = await kernel.execute("void setTimeout(() => { throw new Error('unread'); }, 20);", {
      allow_stdin: false,
    });
    expect(batch.reply.content).toMatchObject({ status: "error", evalue: "unread" });
  });

  it("of a promise that nobody awaits are shown", async () => {
    await kernel.execute("void Promise.reject(new Error('forgotten'));");
    await kernel.until(({ header, content }) => header.msg_type === "error" && content["evalue"] === "forgotten");
  });

  it("are written the same way where a cell logs them", async () => {
    const logged = await kernel.execute("function inner() { return new Error('kept'); }\nconsole.log(inner().stack);");
    const count = Number(logged.reply.content["execution_count"]);
    expect(textOf(logged)).toBe(`Error: kept\n    at inner (cell ${count}:1:27)\n    at cell ${count}:2:13\n`);
    const deep = await kernel.execute("const down = (): number => 1 + down();\ndown();");
    expect(traceback(deep)).toMatch(/at down \(cell \d+:1:\d+\), \d+ times/);
  });

  it.each([
    ["a ring of causes", "const ring = new Error('ring'); ring.cause = ring; throw ring;", "ring"],
    [
      "a message that throws",
      "throw Object.setPrototypeOf({ get message() { throw new Error('no'); } }, Error.prototype);",
      "an error whose name or message throws when it is read",
    ],
    [
      "a proxy that lets nothing through",
      "throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } });",
      "a value that throws when it is looked at",
    ],
    [
      "a value that throws when it is shown",
      "({ [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('eye'); } })",
      "eye",
    ],
    [
      "a display that is none",
      "({ [Symbol.for('Jupyter.display')]: () => 5 })",
      expect.stringContaining("no MIME bundle"),
    ],
  ])("can be %s, and the kernel answers", async (_name, code, evalue) => {
    expect((await kernel.execute(code)).reply.content).toMatchObject({ status: "error", evalue });
    expect((await kernel.execute("1")).reply.content["status"]).toBe("ok");
  });
});
