import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { contents, startKernel, textOf } from "../testing/kernelUnderTest.js";
import type { KernelUnderTest } from "../testing/kernelUnderTest.js";

/** A module that calls the imported `f` with 0, 1, ... n - 1: `(func (export "run") (param i32) ...)`. */
const counting =
  "0,97,115,109,1,0,0,0,1,5,1,96,1,127,0,2,7,1,1,109,1,102,0,0,3,2,1,0,7,7,1,3,114,117,110,0,1," +
  "10,32,1,30,1,1,127,2,64,3,64,32,1,32,0,78,13,1,32,1,16,0,32,1,65,1,106,33,1,12,0,11,11,11";

/** The three kinds of loop: `work` is called with 0, 1, ... */
const loops: readonly (readonly [string, (count: number, work: string) => string])[] = [
  ["a synchronous loop", (count, work) => `for (let i = 0; i < ${count}; i++) (${work})(i);`],
  ["a loop that awaits", (count, work) => `for (let i = 0; i < ${count}; i++) { (${work})(i); await null; }`],
  [
    "a compiled loop",
    (count, work) =>
      `(new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([${counting}])), { m: { f: ${work} } }).exports as any).run(${count});`,
  ],
];

describe("under load", () => {
  let kernel: KernelUnderTest;
  beforeAll(async () => {
    kernel = await startKernel();
    await kernel.execute("const kernel = (globalThis as any)[Symbol.for('simgrad.jupyter.kernel')];");
  });
  afterAll(() => kernel.close());

  it.each(loops)("%s prints 10,000 lines, and none is lost", async (_name, loop) => {
    const answer = await kernel.execute(loop(10_000, "(i: number) => console.log(`line ${i}`)"));
    const wanted = Array.from({ length: 10_000 }, (_, i) => `line ${i}\n`).join("");
    expect(textOf(answer)).toBe(wanted);
    expect(contents(answer, "stream").length).toBeLessThan(1000);
  });

  it.each(loops)("%s displays 5,000 outputs, and none is lost", async (_name, loop) => {
    const answer = await kernel.execute(loop(5000, "(i: number) => kernel.display({ 'text/plain': `${i}` })"));
    const shown = contents(answer, "display_data").map(
      (content) => (content["data"] as Record<string, string>)["text/plain"],
    );
    expect(shown).toEqual(Array.from({ length: 5000 }, (_, i) => String(i)));
  });

  it.each(loops)("%s updates an output 5,000 times, and the last is what stays", async (_name, loop) => {
    const answer = await kernel.execute(
      `kernel.display({}, { id: 'u' });\n${loop(5000, "(i: number) => kernel.display({ 'text/plain': `${i}` }, { id: 'u', update: true })")}`,
    );
    const updates = contents(answer, "update_display_data");
    expect(updates.at(-1)).toMatchObject({ data: { "text/plain": "4999" } });
    expect(answer.reply.content["status"]).toBe("ok");
  });

  it("streams text while a cell computes", async () => {
    const cell = kernel.execute("console.log('begin'); console.log('more'); while (true) {}");
    await kernel.until(({ content }) => String(content["text"]).includes("more"));
    await kernel.interrupt();
    expect(textOf(await cell)).toBe("begin\nmore\n");
  });
});
