import type { JsonObject } from "../api/kernelApi.js";
import type { Comms } from "./comms.js";

/**
 * Registers the target `jupyter.widget.control`, by which ipywidgets' front end asks for the state of all widgets after
 * a page was loaded again. This kernel keeps no states of its own: it answers with none, and the front end then asks
 * each `jupyter.widget` comm for its state (widget messaging protocol 2.1, "request_state").
 */
export function registerWidgetControl(comms: Comms): void {
  comms.register("jupyter.widget.control", (comm) => {
    comm.onMessage((data: JsonObject) => {
      if (data["method"] === "request_states") {
        comm.send({ method: "update_states", states: {}, buffer_paths: [] });
      }
    });
  });
}
