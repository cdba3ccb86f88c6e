import path from "node:path";
import { root } from "../../lib/paths.mjs";
import { run } from "../../lib/run.mjs";
import { venvPython } from "../../lib/venv.mjs";

/** The kernel through Jupyter's own client, without a browser. */
export const kernelClient = {
  name: "Jupyter's client and nbconvert start, stop, restart and run the kernel",
  run: async () => {
    const tests = path.join(root, "packages", "jupyter-kernel", "conformance", "test_kernel.py");
    const output = await run(venvPython, [tests], { failure: "The kernel fails with Jupyter's own client." });
    return /Ran (\d+ tests)/.exec(output)?.[1];
  },
};
