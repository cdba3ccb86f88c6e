export { faceAreas, orientedAreas, totalArea } from "./geometry/areas.js";
export { straightDisplacement, type Displacement } from "./geometry/displacement.js";
export { edgeLengths, edgeVectors } from "./geometry/lengths.js";
export { checkHalfEdgeMesh } from "./mesh/checkHalfEdgeMesh.js";
export { GeometricMesh, type Attributes, type GeometricMeshParts } from "./mesh/geometricMesh.js";
export { HalfEdgeMesh, type HalfEdgeArrays } from "./mesh/halfEdgeMesh.js";
export type { HalfEdges } from "./mesh/halfEdges.js";
export { MeshError, type MeshElement, type MeshPlace } from "./mesh/meshError.js";
