import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { resultOf, startKernel, textOf } from "../testing/kernelUnderTest.js";
import type { Answer, KernelUnderTest } from "../testing/kernelUnderTest.js";

/** A module with an endless loop: `(func (export "run") (loop (br 0)))`. */
const endless = "0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,7,1,3,114,117,110,0,0,10,9,1,7,0,3,64,12,0,11,11";

const pause = "await new Promise((resolve) => setTimeout(resolve, 20));";

describe("interrupt", () => {
  let kernel: KernelUnderTest;
  beforeAll(async () => {
    kernel = await startKernel();
    await kernel.execute("1");
  });
  afterAll(() => kernel.close());

  const stopped = async (code: string): Promise<Answer> => {
    const content = { code: `console.log("on");\n${code}`, silent: false, allow_stdin: true };
    const { id, answer } = kernel.request("execute_request", content);
    await kernel.until(({ header, parent }) => header.msg_type === "stream" && parent.msg_id === id);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await kernel.interrupt();
    return answer;
  };

  const cases: readonly (readonly [string, string])[] = [
    ["a loop", "while (true) {}"],
    ["a loop that prints", "for (let i = 0; ; i++) if (i % 1e6 === 0) console.log(i);"],
    ["a promise that never settles", "await new Promise(() => {});"],
    ["a loop that awaits", `for (;;) { ${pause} }`],
    ["a loop of microtasks", "for (;;) await null;"],
    ["a loop after an await", `${pause} while (true) {}`],
    ["a loop that catches all", "for (;;) { try { for (;;) {} } catch {} }"],
    [
      "a compiled run",
      `(new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([${endless}]))).exports as any).run();`,
    ],
    ["a loop that polls", "for (;;) (globalThis as any)[Symbol.for('simgrad.jupyter.kernel')].poll();"],
    [
      "for await",
      "async function* beats() { for (;;) { await null; yield 1; } }\nfor await (const beat of beats()) void beat;",
    ],
  ];

  it.each(cases)("ends %s, and the kernel answers", async (_name, code) => {
    const { reply } = await stopped(code);
    expect(reply.content).toMatchObject({ status: "error", ename: "Interrupted" });
    expect(resultOf(await kernel.execute("2 + 2"))).toBe("4");
  });

  it("comes again and again, while the compiler works or the cell waits", async () => {
    for (let round = 0; round < 12; round++) {
      const cell = kernel.execute(`const late${round} = new Array(${round}).fill(0);\nfor (;;) { ${pause} }`);
      await new Promise((resolve) => setTimeout(resolve, 25 * round));
      await kernel.interrupt();
      expect((await cell).reply.content).toMatchObject({ status: "error", ename: "Interrupted" });
      expect(resultOf(await kernel.execute(`${round} + 1`))).toBe(String(round + 1));
    }
  });

  it("ends the code itself, not only the wait for it", async () => {
    await stopped(`let ticks = 0;\ntry { for (;;) { ticks++; ${pause} } } finally { console.log("finally"); }`);
    const first = resultOf(await kernel.execute("ticks"));
    await kernel.execute(pause + pause + pause);
    expect(resultOf(await kernel.execute("ticks"))).toBe(first);
  });

  it("leaves an idle kernel as it is", async () => {
    await kernel.interrupt();
    expect(textOf(await kernel.execute("console.log('still here')"))).toBe("still here\n");
  });
});
