/** The cells of the example notebook. */
export const exampleCells: readonly { readonly kind: "markdown" | "code"; readonly source: string }[] = [
  {
    kind: "markdown",
    source:
      "# A first gradient\n\nA function of tensors, its derivative, and a curve that can be read by pointing at it.",
  },
  {
    kind: "code",
    source: [
      'import { grad, np, vmap, type Tensor } from "@simgrad/core";',
      'import { curves, show } from "@simgrad/jupyter-widgets";',
    ].join("\n"),
  },
  {
    kind: "code",
    source: [
      "const f = (x: Tensor) => np.sin(x.mul(3)).mul(np.exp(x.neg()));",
      "const x = np.linspace(0, 3, 300);",
      "show(",
      "  curves({",
      "    x,",
      '    curves: [{ name: "f", y: vmap(f)(x) }, { name: "its derivative", y: vmap(grad(f))(x), dashed: true }],',
      '    xAxis: { name: "x", unit: "1" },',
      '    yAxis: { name: "value", unit: "1" },',
      "  }),",
      ");",
    ].join("\n"),
  },
];
