import {
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  LineBasicMaterial,
  LineSegments,
  Mesh,
  MeshLambertMaterial,
} from "three";
import { coloring } from "../colors.js";
import type { Layer } from "./layer.js";

/** A mesh as three.js draws it: its faces and its edges. */
export interface MeshObject {
  readonly faces: Mesh<BufferGeometry, MeshLambertMaterial>;
  readonly edges: LineSegments<BufferGeometry, LineBasicMaterial>;
  /** [vertices, 3], where they are now. */
  positions(): Float32Array;
  /** The vertex at a corner of a face: corner 3 f + k is the k-th of face f. */
  vertexOf(corner: number): number;
  /** Puts the vertices elsewhere: [vertices, 3]. */
  move(positions: Float32Array): void;
  /** Takes colours and values of the layer anew. */
  recolor(layer: Layer): void;
  dispose(): void;
}

const plain = 0xdde3ea;

/** Edges beyond this number lie closer than pixels: drawn, they hide the faces, and take the time of two meshes. */
const mostEdges = 30_000;

/**
 * Builds the drawing of a layer. Where faces have colours of their own their corners are not shared; edges whose values are
 * shown have ends of their own for the same reason.
 */
export function meshObject(layer: Layer): MeshObject {
  let positions = layer.positions;
  const faceCorners =
    layer.colors?.at === "face" ? spread(layer.faces) : shared(layer.faces, layer.positions.length / 3);
  const edgeEnds = spread(layer.edges);
  const faces = new Mesh(
    faceCorners.geometry,
    new MeshLambertMaterial({
      side: DoubleSide,
      flatShading: true,
      polygonOffset: true,
      polygonOffsetFactor: 1,
      polygonOffsetUnits: 1,
    }),
  );
  const edges = new LineSegments(edgeEnds.geometry, new LineBasicMaterial());
  faces.frustumCulled = false;
  edges.frustumCulled = false;

  const recolor = ({ colors, values, stroke }: Layer): void => {
    const onFaces = colors !== null && colors.at !== "edge";
    const onEdges = colors !== null && colors.at === "edge";
    const colorOf = colors === null ? null : coloring(colors);
    faces.material.vertexColors = onFaces;
    faces.material.color.set(onFaces ? 0xffffff : plain);
    edges.material.vertexColors = onEdges;
    edges.material.color.set(onEdges ? 0xffffff : stroke);
    // Edges must not hide the colours of small faces.
    edges.material.transparent = onFaces;
    edges.material.opacity = onFaces ? 0.3 : 1;
    edges.visible = onEdges || layer.edges.length <= 2 * mostEdges;
    if (onFaces && colorOf !== null) {
      faceCorners.paint(
        colorOf,
        colors.at === "face"
          ? (corner) => values[Math.floor(corner / 3)] as number
          : (_, vertex) => values[vertex] as number,
      );
    }
    if (onEdges && colorOf !== null) edgeEnds.paint(colorOf, (end) => values[end >> 1] as number);
    faces.material.needsUpdate = true;
    edges.material.needsUpdate = true;
  };
  const move = (moved: Float32Array): void => {
    positions = moved;
    faceCorners.place(moved);
    edgeEnds.place(moved);
  };
  move(positions);
  recolor(layer);
  return {
    faces,
    edges,
    positions: () => positions,
    vertexOf: (corner) => layer.faces[corner] as number,
    move,
    recolor,
    dispose: () => {
      for (const { geometry, material } of [faces, edges]) {
        geometry.dispose();
        material.dispose();
      }
    },
  };
}

/** A geometry of points, and how they are moved and painted. */
interface Points {
  readonly geometry: BufferGeometry;
  place(positions: Float32Array): void;
  /** `valueOf` gives the value of an entry of the indices, which is at a vertex. */
  paint(colorOf: (value: number) => number, valueOf: (entry: number, vertex: number) => number): void;
}

/** A geometry with a point of its own for each entry of `indices`. */
function spread(indices: Uint32Array): Points {
  const { at, ...points } = pointsOf(indices.length, (entry) => indices[entry] as number);
  return {
    ...points,
    place: (positions) => {
      for (let i = 0; i < indices.length; i++) {
        const from = 3 * (indices[i] as number);
        at[3 * i] = positions[from] as number;
        at[3 * i + 1] = positions[from + 1] as number;
        at[3 * i + 2] = positions[from + 2] as number;
      }
      points.moved();
    },
  };
}

/** A geometry with one point for each vertex: a sixth of the points, where no face has a colour of its own. */
function shared(indices: Uint32Array, vertices: number): Points {
  const { at, ...points } = pointsOf(vertices, (vertex) => vertex);
  points.geometry.setIndex(new BufferAttribute(indices, 1));
  return {
    ...points,
    place: (positions) => {
      at.set(positions);
      points.moved();
    },
  };
}

function pointsOf(
  count: number,
  vertexOf: (point: number) => number,
): Pick<Points, "geometry" | "paint"> & { readonly at: Float32Array; moved(): void } {
  const geometry = new BufferGeometry();
  const at = new Float32Array(3 * count);
  const position = new BufferAttribute(at, 3);
  const colors = new Uint8Array(3 * count);
  const color = new BufferAttribute(colors, 3, true);
  geometry.setAttribute("position", position);
  geometry.setAttribute("color", color);
  return {
    geometry,
    at,
    moved: () => {
      position.needsUpdate = true;
      // Made anew when something is picked; drawing does not need them.
      geometry.boundingSphere = null;
      geometry.boundingBox = null;
    },
    paint: (colorOf, valueOf) => {
      for (let i = 0; i < count; i++) {
        const rgb = colorOf(valueOf(i, vertexOf(i)));
        colors[3 * i] = linear[rgb >> 16] as number;
        colors[3 * i + 1] = linear[(rgb >> 8) & 255] as number;
        colors[3 * i + 2] = linear[rgb & 255] as number;
      }
      color.needsUpdate = true;
    },
  };
}

/** three.js takes vertex colours as linear light; palettes are sRGB (IEC 61966-2-1, approximated by the power 2.2). */
const linear = Uint8Array.from({ length: 256 }, (_, level) => Math.round(255 * (level / 255) ** 2.2));
