export { checkHalfEdgeMesh } from "./mesh/checkHalfEdgeMesh.js";
export { GeometricMesh, type Attributes, type GeometricMeshParts } from "./mesh/geometricMesh.js";
export { HalfEdgeMesh, type HalfEdgeArrays } from "./mesh/halfEdgeMesh.js";
export type { HalfEdges } from "./mesh/halfEdges.js";
export { MeshError, type MeshElement, type MeshPlace } from "./mesh/meshError.js";
