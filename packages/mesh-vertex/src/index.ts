export { areaConstraint, type AreaConstraintParams } from "./energies/areaConstraint.js";
export { areaPenalty, type AreaPenaltyParams } from "./energies/areaPenalty.js";
export { areaPerimeter, type AreaPerimeterParams } from "./energies/areaPerimeter.js";
export { cellMeasures, type CellMeasures, type CellOptions } from "./energies/cells.js";
export type { ConstraintEnergy } from "./energies/constraint.js";
export { contractility, type ContractilityParams } from "./energies/contractility.js";
export { discreteShells, hingeWeights, type DiscreteShellsParams } from "./energies/discreteShells.js";
export { edgeLengthAndArea, type RestLengthParams } from "./energies/edgeLengthAndArea.js";
export { namedEnergy, sumOfEnergies, weightedEnergy, type AllParams, type Energy } from "./energies/energy.js";
export { helfrich, type HelfrichOptions, type HelfrichParams } from "./energies/helfrich.js";
export { lineTension, type LineTensionParams } from "./energies/lineTension.js";
export { neoHookean, neoHookeanDensity, type NeoHookeanParams } from "./energies/neoHookean.js";
export {
  stVenantKirchhoff,
  stVenantKirchhoffDensity,
  type StVenantKirchhoffParams,
} from "./energies/stVenantKirchhoff.js";
export type { SheetParams } from "./energies/strain.js";
export { volumeConstraint, type VolumeConstraintParams } from "./energies/volumeConstraint.js";
export {
  anglesFromSides,
  cotangent,
  cotangentsFromSides,
  signedAngle,
  signedAngleAbout,
  unsignedAngle,
} from "./geometry/angle.js";
export { faceAreas, orientedAreas, totalArea } from "./geometry/areas.js";
export { cellAreas, cellPerimeters } from "./geometry/cells.js";
export { edgeMidpoints, faceCentroids } from "./geometry/centroids.js";
export { angleSums, cornerAngles, originAngles } from "./geometry/cornerAngles.js";
export { cotangentWeights, oppositeCotangents } from "./geometry/cotangents.js";
export {
  angleDefects,
  gaussianCurvature,
  integratedMeanCurvature,
  meanCurvatureDihedral,
  meanCurvatureLaplace,
  meanCurvatureVectors,
} from "./geometry/curvature.js";
export { dihedralAngles } from "./geometry/dihedral.js";
export { straightDisplacement, type Displacement } from "./geometry/displacement.js";
export { edgeLengths, edgeVectors } from "./geometry/lengths.js";
export { areaFromMetric, faceMetrics } from "./geometry/metric.js";
export { isNotDelaunay, meshQuality, type MeshQuality } from "./geometry/meshQuality.js";
export { areaVectors, edgeNormals, faceNormals, vertexNormals, type NormalWeights } from "./geometry/normals.js";
export { polygonArea, polygonPerimeter } from "./geometry/polygon.js";
export { projectOn, projectOut, projector } from "./geometry/projection.js";
export { perpendicular, rotateAboutAxis, rotationFromQuaternion, rotationMatrix } from "./geometry/rotation.js";
export { faceTangentBases, vertexTangentBases, type TangentBases } from "./geometry/tangentBases.js";
export { halfEdgeDirections, scaledCornerAngles, transportAcross, transportAlong } from "./geometry/transport.js";
export {
  barycentricCoordinates,
  circumcenter,
  circumcenterFromSides,
  orientedTriangleArea,
  tetrahedronVolume,
  triangleArea,
  triangleAreaFromSides,
  triangleNormal,
} from "./geometry/triangle.js";
export { barycentricAreas, mixedAreas, mixedCornerAreas } from "./geometry/vertexAreas.js";
export { enclosedVolume } from "./geometry/volume.js";
export {
  circumcenters,
  dualLengths,
  voronoiAreas,
  voronoiCells,
  voronoiCornerAreas,
  voronoiPerimeters,
} from "./geometry/voronoi.js";
export { checkHalfEdgeMesh } from "./mesh/checkHalfEdgeMesh.js";
export { GeometricMesh, type Attributes, type GeometricMeshParts } from "./mesh/geometricMesh.js";
export { HalfEdgeMesh, type HalfEdgeArrays } from "./mesh/halfEdgeMesh.js";
export type { HalfEdges } from "./mesh/halfEdges.js";
export { meshOf, type Mesh, type PeriodicMesh } from "./mesh/mesh.js";
export { MeshError, type MeshElement, type MeshPlace } from "./mesh/meshError.js";
export {
  averageFacesToVertices,
  averageNeighbours,
  averageVerticesToFaces,
  coordinationNumbers,
  exteriorDerivative,
  facesToHalfEdges,
  sumAroundFaces,
  sumCornersToVertices,
  sumFacesToVertices,
  sumIncoming,
  sumOpposite,
  sumOutgoing,
  sumVerticesToFaces,
} from "./operators/adjacency.js";
export { divergence, edgeFlux, faceGradients, normalDerivative } from "./operators/gradient.js";
export {
  cotangentLaplacian,
  cotangentLaplacianMatrix,
  uniformLaplacian,
  uniformLaplacianMatrix,
  weightedLaplacian,
  weightedLaplacianMatrix,
} from "./operators/laplacian.js";
export { inverseMassMatrix, lumpedMass, massMatrix, type MassKind } from "./operators/mass.js";
export {
  periodicDisplacement,
  shearedDisplacement,
  wrapPositions,
  type PeriodicBox,
} from "./periodic/periodicDisplacement.js";
export { disk, hexagon, type DiskOptions } from "./shapes/disk.js";
export { grid, saddle, type GridOptions } from "./shapes/grid.js";
export { pants, withoutVertices } from "./shapes/holes.js";
export { ellipsoid, icosphere, type IcosphereOptions } from "./shapes/icosphere.js";
export { icosahedron, octahedron, tetrahedron } from "./shapes/polyhedra.js";
export {
  randomDisk,
  randomFlatTorus,
  type RandomDiskOptions,
  type RandomFlatTorusOptions,
  type RandomPointsOptions,
} from "./shapes/randomDisk.js";
export { flatTorus, torus, type FlatTorusOptions, type TorusOptions } from "./shapes/torus.js";
export {
  annulus,
  catenoid,
  cylinder,
  schwarzLantern,
  type AnnulusOptions,
  type CatenoidOptions,
  type CylinderOptions,
} from "./shapes/tubes.js";
export { doubleTorus, voxelSurface } from "./shapes/voxels.js";
export {
  augmentedLagrangian,
  type AugmentedLagrangianOptions,
  type AugmentedLagrangianResult,
} from "./simulators/augmentedLagrangian.js";
export { equilibrium, type Equilibrium, type EquilibriumOptions } from "./simulators/equilibrium.js";
export { fire, type FireOptions, type FireState } from "./simulators/fire.js";
export { gradientDescent, type GradientDescentOptions } from "./simulators/gradientDescent.js";
export type { MeshOutput, MeshParams, MeshRunOptions, MeshSimulator, MeshState } from "./simulators/meshSimulator.js";
export { overdamped, type OverdampedOptions } from "./simulators/overdamped.js";
export {
  selfPropelledVoronoi,
  type Motility,
  type SelfPropelledParams,
  type SelfPropelledState,
  type SelfPropelledVoronoiOptions,
} from "./simulators/selfPropelledVoronoi.js";
export {
  voronoiRelaxation,
  type VoronoiOutput,
  type VoronoiRecords,
  type VoronoiRelaxationOptions,
  type VoronoiState,
} from "./simulators/voronoiRelaxation.js";
export {
  collapseEdge,
  collapseEdges,
  whyNoCollapse,
  type CollapseOptions,
  type CollapseResult,
} from "./topology/collapseEdge.js";
export { delaunayRepair, type DelaunayRepairOptions, type DelaunayRepairResult } from "./topology/delaunayRepair.js";
export type { CarryRule, ElementMap } from "./topology/elementMap.js";
export { canFlip, flipEdge, type FlipResult } from "./topology/flip.js";
export {
  flipShortestDual,
  type FlipShortestDualOptions,
  type FlipShortestDualResult,
} from "./topology/flipShortestDual.js";
export { isLocallyDelaunay } from "./topology/isLocallyDelaunay.js";
export type { CarryRules, EditResult, MeshMap } from "./topology/meshMap.js";
export { splitEdge, splitEdges } from "./topology/splitEdge.js";
export { splitVertex } from "./topology/splitVertex.js";
export { meshVertexPlugin, type MeshVertexSimulators } from "./plugin.js";
export { delaunay } from "./triangulation/delaunay.js";
export { periodicDelaunay } from "./triangulation/periodicDelaunay.js";
export { formatObj } from "./io/formatObj.js";
export { formatPly, type FormatPlyOptions } from "./io/formatPly.js";
export { formatStl, type FormatStlOptions } from "./io/formatStl.js";
export { formatOff, parseOff } from "./io/off.js";
export { readMesh, writeMesh, type ReadMeshOptions, type WriteMeshOptions } from "./io/onDisk.js";
export type { FormatMeshOptions, ParseMeshOptions } from "./io/options.js";
export { parseObj } from "./io/parseObj.js";
export { parsePly } from "./io/parsePly.js";
export { parseStl, type ParseStlOptions } from "./io/parseStl.js";
export { validateMesh } from "./mesh/validateMesh.js";
