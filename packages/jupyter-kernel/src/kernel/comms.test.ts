import { describe, expect, it } from "@jest/globals";
import type { Comm } from "../api/kernelApi.js";
import { createComms } from "./comms.js";
import type { Comms } from "./comms.js";

function rig(): { readonly comms: Comms; readonly sent: [string, object][] } {
  const sent: [string, object][] = [];
  return { comms: createComms((type, content) => sent.push([type, content])), sent };
}

describe("comms", () => {
  it("closes a comm of a target that it does not know", () => {
    const { comms, sent } = rig();
    comms.receive("comm_open", { comm_id: "1", target_name: "nothing", data: {} }, []);
    expect(sent).toEqual([["comm_close", { comm_id: "1", data: {} }]]);
    expect(comms.info(undefined)["comms"]).toEqual({});
  });

  it("hands a comm of a registered target to its callback, with data and buffers", () => {
    const { comms, sent } = rig();
    const seen: unknown[] = [];
    comms.register("view", (comm, data, buffers) => {
      seen.push(data, buffers);
      comm.onMessage((message) => comm.send({ echo: message["x"]! }));
    });
    const bytes = new Uint8Array([1, 2]);
    comms.receive("comm_open", { comm_id: "7", target_name: "view", data: { a: 1 } }, [bytes]);
    comms.receive("comm_msg", { comm_id: "7", data: { x: 5 } }, []);
    expect(seen).toEqual([{ a: 1 }, [bytes]]);
    expect(sent).toEqual([["comm_msg", { comm_id: "7", data: { echo: 5 } }]]);
  });

  it("tells of a close once, and sends nothing after it", () => {
    const { comms, sent } = rig();
    const comm: Comm = comms.open("view", {});
    let closed = 0;
    comm.onClose(() => closed++);
    comms.receive("comm_close", { comm_id: comm.id, data: {} }, []);
    comms.receive("comm_close", { comm_id: comm.id, data: {} }, []);
    comm.send({ late: true });
    comm.close();
    expect(closed).toBe(1);
    expect(sent.map(([type]) => type)).toEqual(["comm_open"]);
  });

  it("lists open comms by target", () => {
    const { comms } = rig();
    const a = comms.open("a", {});
    comms.open("b", {});
    expect(comms.info("a")["comms"]).toEqual({ [a.id]: { target_name: "a" } });
  });
});
