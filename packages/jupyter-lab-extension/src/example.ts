import type { JupyterFrontEnd } from "@jupyterlab/application";
import { exampleCells } from "./exampleCells.js";

/** Name of the kernelspec of `@simgrad/jupyter-kernel`. */
const kernelName = "simgrad";

/** Writes the example into a new notebook in the root folder, and opens it. */
export async function openExample(app: JupyterFrontEnd): Promise<unknown> {
  const { contents } = app.serviceManager;
  const { path } = await contents.newUntitled({ type: "notebook", path: "" });
  await contents.save(path, { type: "notebook", format: "json", content: exampleNotebook() });
  return app.commands.execute("docmanager:open", { path, factory: "Notebook", kernel: { name: kernelName } });
}

function exampleNotebook(): object {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: kernelName, display_name: "TypeScript (simgrad)", language: "typescript" } },
    cells: exampleCells.map(({ kind, source }, i) => ({
      id: `example-${i}`,
      cell_type: kind,
      metadata: {},
      source,
      ...(kind === "code" ? { outputs: [], execution_count: null } : {}),
    })),
  };
}
