import { ArgumentError, IndexError, ShapeError } from "@simgrad/core";
import * as Plot from "@observablehq/plot";
import { svgElement, type SvgElement } from "../picture/dom.js";
import { framePanels } from "../picture/frame.js";
import type { Rgb } from "../picture/palette.js";
import type { Picture } from "../picture/picture.js";
import { plotElement } from "../picture/plotSvg.js";
import { axisLabel, showNumber, type Axis } from "./axis.js";
import { colorBar, colorBarWidth, colorScale, type ColorScale } from "./colors.js";
import { toMatrix, toVector, type Matrix } from "./numbers.js";
import type { MeshLayer, MeshValues } from "./meshLayer.js";
import { edgesOf } from "./edges.js";
import { meshView } from "./meshView.js";
import { project, type Projected, type View } from "./projection.js";
import { strokes } from "./strokes.js";

/** What `meshPlot` draws. */
export interface MeshPlotOptions {
  /** Drawn one over the other, the first lowest. */
  readonly meshes: readonly MeshLayer[];
  /** Of the positions; default "1". */
  readonly unit?: string;
  /** For positions in space. */
  readonly view?: View;
  readonly title?: string;
  /** Text that stands for the picture; a description of the data if absent. */
  readonly alt?: string;
  /** Pixels, colour bar included; default 420. The height follows from the extents. */
  readonly width?: number;
}

const margins = { left: 44, right: 12, top: 24, bottom: 38 };
/** Largest height as a part of the width. */
const tallest = 1.6;
const dotRadius = 3;

/**
 * Draws triangulated meshes to one scale in both directions. A mesh in space is seen from `view` along parallel lines, its faces
 * from the farthest to the nearest, shaded by their slope.
 *
 * @throws ShapeError, IndexError or ArgumentError where the arrays are not a mesh.
 */
export function meshPlot(options: MeshPlotOptions): Picture {
  const { width = 420, unit = "1" } = options;
  if (options.meshes.length === 0) {
    throw new ArgumentError({ what: "meshPlot: there is no mesh to draw.", fix: "give at least one in `meshes`." });
  }
  const layers = options.meshes.map((mesh, i) => readLayer(mesh, i, options));
  const dimensions = new Set(layers.map(({ dimension }) => dimension));
  if (dimensions.size > 1) {
    throw new ShapeError({
      what: "meshPlot: some meshes lie in the plane, others in space.",
      expected: "one dimension",
    });
  }
  const inSpace = dimensions.has(3);
  const colored = layers.filter(({ colors }) => colors !== null);
  if (colored.length > 1) {
    throw new ArgumentError({
      what: "meshPlot: a picture has one scale of colours.",
      got: `values in ${colored.length} meshes, or at faces and vertices both`,
      fix: "draw further values in a picture of their own.",
    });
  }
  const colors = colored[0]?.colors ?? null;
  const plotWidth = colors === null ? width : width - colorBarWidth;
  const box = boundsOf(layers);
  const inner = plotWidth - margins.left - margins.right;
  const scale = Math.min(inner / (box.x[1] - box.x[0]), (inner * tallest) / (box.y[1] - box.y[0]));
  const height = Math.round(scale * (box.y[1] - box.y[0])) + margins.top + margins.bottom;
  const x = widened(box.x, inner / scale);
  const label = (name: string): string | null => (inSpace ? null : axisLabel({ name, unit }));
  const panel = plotElement({
    width: plotWidth,
    height,
    marginLeft: margins.left,
    marginRight: margins.right,
    marginTop: margins.top,
    marginBottom: margins.bottom,
    x: { domain: x, label: label("x"), labelArrow: "none", labelAnchor: "center", ...(inSpace ? { axis: null } : {}) },
    y: { domain: box.y, label: label("y"), labelArrow: "none", ...(inSpace ? { axis: null } : {}) },
    marks: [
      ...(inSpace ? [] : [Plot.frame({ stroke: "#c8ccd2" })]),
      ...layers.map(
        (layer) =>
          (_index: unknown, scales: Scales): SvgElement =>
            drawLayer(layer, scales),
      ),
    ] as Plot.Markish[],
  });
  const bar = colors === null ? [] : [colorBar(colors.scale, colors.axis, Math.min(height, plotWidth))];
  const legend = layers.filter(({ name }) => name !== null);
  const alt = options.alt ?? describe(options, layers);
  const picture = framePanels([panel, ...bar], {
    ...(options.title === undefined ? {} : { title: options.title }),
    ...(legend.length < 2 ? {} : { legend: legend.map(({ name, stroke }) => ({ name: name as string, stroke })) }),
    alt,
  });
  return { ...picture, live: meshView(options.meshes, { title: options.title, alt, width }) };
}

interface Layer {
  readonly name: string | null;
  readonly dimension: 2 | 3;
  readonly points: Projected;
  readonly faces: readonly (readonly [number, number, number])[];
  readonly edges: readonly (readonly [number, number])[];
  readonly stroke: string;
  readonly colors: {
    readonly at: "face" | "vertex" | "edge";
    readonly values: ArrayLike<number>;
    readonly scale: ColorScale;
    readonly axis: Axis;
  } | null;
}

interface Scales {
  readonly x?: unknown;
  readonly y?: unknown;
}

function readLayer(mesh: MeshLayer, index: number, options: MeshPlotOptions): Layer {
  const place = `meshPlot, mesh ${mesh.name ?? index}`;
  const positions = toMatrix(mesh.positions, `${place}, positions`);
  const triangles = toMatrix(mesh.faces, `${place}, faces`);
  const dimension = positions.columns;
  if (dimension !== 2 && dimension !== 3) {
    throw new ShapeError({
      what: `${place}: positions have two or three coordinates.`,
      got: `[${positions.rows}, ${dimension}]`,
    });
  }
  if (triangles.columns !== 3) {
    throw new ShapeError({
      what: `${place}: faces have three vertices.`,
      got: `[${triangles.rows}, ${triangles.columns}]`,
      expected: "[faces, 3]",
    });
  }
  for (let i = 0; i < positions.data.length; i++) {
    if (Number.isFinite(positions.data[i])) continue;
    throw new ArgumentError({
      what: `${place}: a position is not finite.`,
      got: `${positions.data[i]} at vertex ${Math.floor(i / dimension)}`,
    });
  }
  const faces = Array.from({ length: triangles.rows }, (_, f) => {
    const face = [0, 1, 2].map((k) => triangles.data[3 * f + k] as number);
    for (const vertex of face) {
      if (Number.isInteger(vertex) && vertex >= 0 && vertex < positions.rows) continue;
      throw new IndexError({
        what: `${place}: face ${f} has a vertex that is not there.`,
        got: String(vertex),
        expected: `0 to ${positions.rows - 1}`,
      });
    }
    return face as unknown as readonly [number, number, number];
  });
  const edges = readEdges(mesh.edges ?? edgeTable(triangles.data), place, positions.rows);
  return {
    name: mesh.name ?? null,
    dimension,
    points: project(positions.data, dimension, options.view),
    faces,
    edges,
    stroke: mesh.stroke ?? (strokes[index % strokes.length] as string),
    colors: readColors(mesh, place, {
      vertex: positions.rows,
      edge: mesh.edges === undefined ? null : edges.length,
      face: faces.length,
    }),
  };
}

function edgeTable(faces: ArrayLike<number>): Matrix {
  const data = edgesOf(faces);
  return { shape: [data.length / 2, 2], data };
}

function readEdges(given: Matrix, place: string, vertices: number): Layer["edges"] {
  const { rows, columns, data } = toMatrix(given, `${place}, edges`);
  if (columns !== 2) {
    throw new ShapeError({
      what: `${place}: edges have two vertices.`,
      got: `[${rows}, ${columns}]`,
      expected: "[edges, 2]",
    });
  }
  return Array.from({ length: rows }, (_, e) => {
    const edge = [data[2 * e] as number, data[2 * e + 1] as number] as const;
    for (const vertex of edge) {
      if (Number.isInteger(vertex) && vertex >= 0 && vertex < vertices) continue;
      throw new IndexError({
        what: `${place}: edge ${e} has a vertex that is not there.`,
        got: String(vertex),
        expected: `0 to ${vertices - 1}`,
      });
    }
    return edge;
  });
}

function readColors(
  mesh: MeshLayer,
  place: string,
  counts: { readonly vertex: number; readonly edge: number | null; readonly face: number },
): Layer["colors"] {
  const given = { face: mesh.faceValues, vertex: mesh.vertexValues, edge: mesh.edgeValues };
  const places = (["face", "vertex", "edge"] as const).filter((at) => given[at] !== undefined);
  const [at] = places;
  if (at === undefined) return null;
  if (places.length > 1) {
    throw new ArgumentError({
      what: `${place}: a picture has one scale of colours.`,
      got: `values at ${places.map((where) => plurals[where]).join(" and at ")}`,
      fix: "draw the second ones in a picture of their own.",
    });
  }
  const expected = counts[at];
  if (expected === null) {
    throw new ArgumentError({
      what: `${place}: edgeValues belong to edges, whose order is not known.`,
      expected: "edges, [edges, 2]",
      fix: "give the mesh's `edges` beside its `faces`.",
    });
  }
  const { values: numbers, ...options } = given[at] as MeshValues;
  const values = toVector(numbers, `${place}, ${at}Values`);
  if (values.length !== expected) {
    throw new ShapeError({
      what: `${place}: ${at}Values has not one number for each ${at}.`,
      got: `[${values.length}]`,
      expected: `[${expected}]`,
    });
  }
  return { at, values, scale: colorScale(place, values, options), axis: options.axis };
}

const plurals = { face: "faces", vertex: "vertices", edge: "edges" } as const;

function drawLayer(layer: Layer, scales: Scales): SvgElement {
  const { points, faces, stroke, colors } = layer;
  const [atX, atY] = [scales.x as (value: number) => number, scales.y as (value: number) => number];
  const point = (v: number): string =>
    `${atX(points.right[v] as number).toFixed(2)},${atY(points.up[v] as number).toFixed(2)}`;
  const triangle = (f: number): string => {
    const [a, b, c] = faces[f] as readonly [number, number, number];
    return `M${point(a)}L${point(b)}L${point(c)}Z`;
  };
  const lines = { stroke, "stroke-width": 0.8, "stroke-linejoin": "round" };
  if (layer.dimension === 3) {
    const depth = faces.map((face) => face.reduce((sum, v) => sum + (points.near[v] as number), 0));
    const order = faces.map((_, f) => f).sort((f, g) => (depth[f] as number) - (depth[g] as number));
    const paths = order.map((f) => svgElement("path", { d: triangle(f), fill: faceFill(layer, f) }));
    return svgElement("g", lines, [...paths, ...coloredEdges(layer, point), ...dots(layer, point)]);
  }
  const filled =
    colors?.at === "face"
      ? faces.map((_, f) => svgElement("path", { d: triangle(f), fill: faceFill(layer, f), stroke: "none" }))
      : [];
  const edges = layer.edges.map(([a, b]) => `M${point(a)}L${point(b)}`);
  return svgElement("g", { ...lines, fill: "none" }, [
    ...filled,
    ...(colors?.at === "edge" ? coloredEdges(layer, point) : [svgElement("path", { d: edges.join("") })]),
    ...dots(layer, point),
  ]);
}

function coloredEdges({ colors, edges }: Layer, point: (vertex: number) => string): readonly SvgElement[] {
  if (colors?.at !== "edge") return [];
  return edges.map(([a, b], e) => {
    const stroke = rgb(colors.scale.palette[colors.scale.levelOf(colors.values[e] as number)] as Rgb);
    return svgElement("path", { d: `M${point(a)}L${point(b)}`, stroke, "stroke-width": 2 });
  });
}

function dots({ colors, points }: Layer, point: (vertex: number) => string): readonly SvgElement[] {
  if (colors?.at !== "vertex") return [];
  return Array.from(points.right, (_, v) => {
    const [cx = "", cy = ""] = point(v).split(",");
    const fill = rgb(colors.scale.palette[colors.scale.levelOf(colors.values[v] as number)] as Rgb);
    return svgElement("circle", { cx, cy, r: dotRadius, fill, stroke: "#1b1e23", "stroke-width": 0.5 });
  });
}

/** The colour of a face's value, or light grey; in space darker the more it is turned away. */
function faceFill({ colors, points, faces, dimension }: Layer, f: number): string {
  const base: Rgb =
    colors?.at === "face"
      ? (colors.scale.palette[colors.scale.levelOf(colors.values[f] as number)] as Rgb)
      : [236, 239, 243];
  if (dimension === 2) return rgb(base);
  const [a, b, c] = faces[f] as readonly [number, number, number];
  const side = (axis: Float64Array, to: number): number => (axis[to] as number) - (axis[a] as number);
  const [ux, uy, uz] = [points.right, points.up, points.near].map((axis) => side(axis, b)) as [number, number, number];
  const [vx, vy, vz] = [points.right, points.up, points.near].map((axis) => side(axis, c)) as [number, number, number];
  const normal = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx] as const;
  const length = Math.hypot(...normal);
  // A face that is seen on edge, or has no area, counts as turned away.
  const facing = length > 0 ? Math.abs(normal[2]) / length : 0;
  const light = 0.55 + 0.45 * facing;
  return rgb([base[0] * light, base[1] * light, base[2] * light]);
}

function rgb([red, green, blue]: Rgb): string {
  const hex = (value: number): string => Math.round(value).toString(16).padStart(2, "0");
  return `#${hex(red)}${hex(green)}${hex(blue)}`;
}

interface Bounds {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

function boundsOf(layers: readonly Layer[]): Bounds {
  const extent = (pick: (points: Projected) => Float64Array): readonly [number, number] => {
    let [low, high] = [Infinity, -Infinity];
    for (const { points } of layers) {
      for (const value of pick(points)) [low, high] = [Math.min(low, value), Math.max(high, value)];
    }
    const edge = high > low ? 0.03 * (high - low) : 0.5;
    return [low - edge, high + edge];
  };
  return { x: extent(({ right }) => right), y: extent(({ up }) => up) };
}

function widened([low, high]: readonly [number, number], extent: number): readonly [number, number] {
  const more = (extent - (high - low)) / 2;
  return [low - more, high + more];
}

function describe({ title, unit = "1" }: MeshPlotOptions, layers: readonly Layer[]): string {
  const parts = layers.map(({ name, points, faces, colors }) => {
    const values =
      colors === null
        ? ""
        : `, ${axisLabel(colors.axis)} as colour of its ${plurals[colors.at]} from ${colors.scale.range.map(showNumber).join(" to ")}`;
    return `${name === null ? "" : `${name}: `}${points.right.length} vertices, ${faces.length} faces${values}`;
  });
  const { x, y } = boundsOf(layers);
  const size = [x[1] - x[0], y[1] - y[0]].map((extent) => showNumber(extent / 1.06)).join(" by ");
  return `${title ?? (layers.length === 1 ? "A mesh" : "Meshes")}. ${parts.join("; ")}. Extent ${size}${unit === "1" ? "" : ` ${unit}`}.`;
}
