import type { Tensor } from "@simgrad/core";
import { GeometricMesh, type Attributes } from "../mesh/geometricMesh.js";
import type { HalfEdgeMesh } from "../mesh/halfEdgeMesh.js";
import type { CarryRule, ElementMap } from "./elementMap.js";

/** How a geometric mesh is carried along: rules by kind of element. Default "mean", and "first" for integers. */
export interface CarryRules {
  readonly positions?: CarryRule;
  readonly vertices?: CarryRule;
  readonly halfEdges?: CarryRule;
  readonly faces?: CarryRule;
}

/** How elements are numbered before and after a change of topology. */
export interface MeshMap {
  readonly vertices: ElementMap;
  readonly halfEdges: ElementMap;
  readonly faces: ElementMap;
  /** Carries positions and all attributes along. */
  carry(geometry: GeometricMesh, rules?: CarryRules): GeometricMesh;
}

/** A mesh after a change of topology outside of compiled code. */
export interface EditResult {
  readonly topology: HalfEdgeMesh;
  readonly map: MeshMap;
}

/** Joins the maps of the three kinds of elements. */
export function meshMap(vertices: ElementMap, halfEdges: ElementMap, faces: ElementMap): MeshMap {
  return {
    vertices,
    halfEdges,
    faces,
    carry: (geometry, rules = {}) =>
      new GeometricMesh({
        positions: vertices.carry(geometry.positions, rules.positions ?? "mean"),
        vertexAttributes: carryAll(vertices, geometry.vertexAttributes, rules.vertices),
        halfEdgeAttributes: carryAll(halfEdges, geometry.halfEdgeAttributes, rules.halfEdges),
        faceAttributes: carryAll(faces, geometry.faceAttributes, rules.faces),
      }),
  };
}

function carryAll(map: ElementMap, attributes: Attributes, rule: CarryRule | undefined): Attributes {
  const carried = (values: Tensor): Tensor =>
    map.carry(values, values.dtype.startsWith("float") ? (rule ?? "mean") : "first");
  return Object.fromEntries(Object.entries(attributes).map(([name, values]) => [name, carried(values)]));
}
