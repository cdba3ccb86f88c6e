import { describe, expect, it } from "@jest/globals";
import { jit } from "../../../compile/jit.js";
import { np } from "../../../trace/np.js";
import type { Tensor } from "../../../trace/tensor.js";
import { stiffProblems } from "../../../testing/stiffProblems.js";
import { statusOf } from "../../status.js";
import { integrate } from "../integrate.js";
import { rodas5p } from "./rodas5p.js";

describe.each(stiffProblems.map((problem) => [problem.name, problem] as const))("%s", (_, problem) => {
  const solve = (rtol: number) =>
    jit((y0: Tensor, params: Tensor) =>
      integrate(
        problem.rhs,
        y0,
        { times: [0, problem.end], method: rodas5p(), rtol, atol: rtol * problem.atol },
        params,
      ),
    )(np.array(problem.start), np.array(problem.params));

  it.each([1e-4, 1e-7, 1e-10])("is solved to three times the tolerance %d", (rtol) => {
    const { final, status, accepted } = solve(rtol);
    expect(statusOf(status).name).toBe("ok");
    problem.final.forEach((value, i) => expect(Math.abs((final.data[i] as number) / value - 1)).toBeLessThan(3 * rtol));
    expect(accepted.item()).toBeLessThan(12_000);
  });
});
