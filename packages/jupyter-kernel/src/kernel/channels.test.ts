import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { JsonObject } from "../api/kernelApi.js";
import { contents, startKernel, textOf } from "../testing/kernelUnderTest.js";
import type { KernelUnderTest } from "../testing/kernelUnderTest.js";

const use = "const kernel = (globalThis as any)[Symbol.for('simgrad.jupyter.kernel')];";

describe("channels", () => {
  let kernel: KernelUnderTest;
  beforeAll(async () => {
    kernel = await startKernel();
    await kernel.execute(use);
  });
  afterAll(() => kernel.close());

  it("carry binary buffers both ways, as they were when they were sent", async () => {
    await kernel.execute(
      "kernel.registerCommTarget('double', (comm: any) => comm.onMessage((data: any, [bytes]: Uint8Array[]) => {\n" +
        "  const values = new Float32Array(bytes.slice().buffer).map((x) => 2 * x);\n" +
        "  comm.send({ asked: data.name }, { buffers: [values] });\n  values.fill(0);\n}));",
    );
    await kernel.request("comm_open", { comm_id: "c1", target_name: "double", data: {} }).answer;
    const values = new Float32Array([1, 2.5, -3]);
    kernel.request("comm_msg", { comm_id: "c1", data: { name: "x" } }, { buffers: [new Uint8Array(values.buffer)] });
    const message = await kernel.until(({ header }) => header.msg_type === "comm_msg");
    expect(message.content).toEqual({ comm_id: "c1", data: { asked: "x" } });
    expect([...new Float32Array(new Uint8Array(message.buffers[0]!).buffer)]).toEqual([2, 5, -6]);
  });

  it("of unknown targets are closed", async () => {
    await kernel.request("comm_open", { comm_id: "c2", target_name: "nobody", data: {} }).answer;
    const close = await kernel.until(({ header }) => header.msg_type === "comm_close");
    expect(close.content).toEqual({ comm_id: "c2", data: {} });
  });

  it("are heard while a cell awaits, and by poll while it computes", async () => {
    await kernel.execute("let seen = 0; const live = kernel.openComm('live', {}); live.onMessage(() => seen++);");
    const open = await kernel.until(
      ({ header, content }) => header.msg_type === "comm_open" && content["target_name"] === "live",
    );
    const id = String(open.content["comm_id"]);
    const awaiting = kernel.execute(
      "while (seen < 1) await new Promise((r) => setTimeout(r, 5)); console.log('heard');",
    );
    kernel.request("comm_msg", { comm_id: id, data: {} });
    expect(textOf(await awaiting)).toBe("heard\n");
    const polling = kernel.execute("while (seen < 2) kernel.poll(); console.log('polled');");
    kernel.request("comm_msg", { comm_id: id, data: {} });
    expect(textOf(await polling)).toBe("polled\n");
  });

  it("answer the control target of widgets", async () => {
    await kernel.request("comm_open", { comm_id: "w", target_name: "jupyter.widget.control", data: {} }).answer;
    kernel.request("comm_msg", { comm_id: "w", data: { method: "request_states" } });
    const states = await kernel.until(
      ({ content }) => (content["data"] as JsonObject | undefined)?.["method"] === "update_states",
    );
    expect(states.content["comm_id"]).toBe("w");
  });

  it("ask for input, and say so where nobody can answer", async () => {
    const cell = kernel.execute(
      "const name = await kernel.input('name? ', { password: true }); console.log(`hello ${name}`);",
    );
    const question = await kernel.answerInput("Ada");
    expect(question.content).toEqual({ prompt: "name? ", password: true });
    expect(textOf(await cell)).toBe("hello Ada\n");
    const { reply } = await kernel.execute("await kernel.input('name? ')", { allow_stdin: false });
    expect(reply.content).toMatchObject({ status: "error", ename: "KernelError" });
  });

  it("replace an output by its id", async () => {
    const answer = await kernel.execute(
      "kernel.display({ 'text/plain': 'a' }, { id: 'd' }); kernel.display({ 'text/plain': 'b' }, { id: 'd', update: true });",
    );
    expect(contents(answer, "display_data")[0]).toEqual({
      data: { "text/plain": "a" },
      metadata: {},
      transient: { display_id: "d" },
    });
    expect(contents(answer, "update_display_data")[0]).toMatchObject({ data: { "text/plain": "b" } });
  });

  it("complete names with their kinds, counted in code points", async () => {
    await kernel.execute(
      "/** Twice `x`.\n * @param x what to double\n */\nfunction twice(x: number) { return 2 * x; }",
    );
    const code = "/* 🙂 */ twi";
    const cursor = [...code].length;
    const { reply } = await kernel.request("complete_request", { code, cursor_pos: cursor }).answer;
    expect(reply.content).toMatchObject({ matches: ["twice"], cursor_start: cursor - 3, cursor_end: cursor });
    const member = await kernel.request("complete_request", { code: "[1].fla", cursor_pos: 7 }).answer;
    expect(member.reply.content["matches"]).toEqual(expect.arrayContaining(["flat", "flatMap"]));
  });

  it("inspect names with their TSDoc", async () => {
    const { reply } = await kernel.request("inspect_request", { code: "twice(1)", cursor_pos: 2, detail_level: 0 })
      .answer;
    const text = String((reply.content["data"] as JsonObject)["text/plain"]);
    expect(text).toContain("function twice(x: number): number");
    expect(text).toContain("Twice `x`.");
    expect(text).toContain("@param x what to double");
  });

  it("say whether a cell is complete", async () => {
    const ask = async (code: string): Promise<unknown> =>
      (await kernel.request("is_complete_request", { code }).answer).reply.content["status"];
    expect(await ask("if (x) {")).toBe("incomplete");
    expect(await ask("const y = 1")).toBe("complete");
  });

  it("beat", async () => {
    expect(await kernel.beat()).toBe("alive");
  });
});

describe("shutdown", () => {
  it("ends an idle kernel in order", async () => {
    const kernel = await startKernel();
    await kernel.execute("1");
    await kernel.shutdown();
    expect(await kernel.exited).toBe(0);
    await kernel.close();
  });

  it("is answered, and ends the process while a cell computes", async () => {
    const kernel = await startKernel();
    void kernel.execute("while (true) {}").catch(() => {});
    await kernel.until(({ header }) => header.msg_type === "execute_input");
    const reply = await kernel.shutdown(true);
    expect(reply.content).toEqual({ status: "ok", restart: true });
    await kernel.exited;
    await kernel.close();
  });
});
