import { colorMapOf, type ColorMap } from "../colors.js";
import { floats, integers, type ViewModel } from "../model.js";

/** One mesh of a view. */
export interface Layer {
  readonly name: string;
  /** Colour of the edges. */
  readonly stroke: string;
  /** [vertices, 3]. */
  readonly positions: Float32Array;
  /** [faces, 3]. */
  readonly faces: Uint32Array;
  /** [edges, 2]. */
  readonly edges: Uint32Array;
  readonly colors: (ColorMap & { readonly at: "vertex" | "edge" | "face" }) | null;
  /** One number for each element that has a colour. */
  readonly values: Float32Array;
}

/** Names of the values of a layer in the model; each is followed by the layer's number. */
export const layerKeys = {
  shape: ["faces", "edges"],
  positions: ["positions", "frames"],
  values: ["values"],
} as const;

/** Reads the meshes of a model. */
export function layersOf(model: ViewModel): readonly Layer[] {
  const styles = (model.get("layers") ?? []) as readonly { name?: string; stroke?: string; colors?: unknown }[];
  return styles.map(({ name = "", stroke = "#555", colors }, i) => {
    const map = colorMapOf(colors);
    const at = (colors as { readonly at?: "vertex" | "edge" | "face" } | undefined)?.at ?? "face";
    return {
      name,
      stroke,
      positions: floats(model.get(`positions${i}`)),
      faces: integers(model.get(`faces${i}`)),
      edges: integers(model.get(`edges${i}`)),
      colors: map === null ? null : { ...map, at },
      values: floats(model.get(`values${i}`)),
    };
  });
}
