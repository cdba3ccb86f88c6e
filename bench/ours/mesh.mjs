/**
 * simgrad on the works of mesh.mjs, through the package's door, as a user would write them.
 */

import { grad, jit, jvp, np, vmap } from "@simgrad/core";
import {
  areaPenalty,
  areaPerimeter,
  edgeLengthAndArea,
  edgeLengths,
  GeometricMesh,
  gradientDescent,
  HalfEdgeMesh,
  sumOfEnergies,
  voronoiRelaxation,
  weightedEnergy,
} from "@simgrad/mesh-vertex";

/**
 * Puts the inputs in place; compiling is left to the first call.
 * @param {{ work: string, input: any }} request
 * @returns {import("../harness/nodeWorker.mjs").Started<any>} The work.
 */
export function start({ work, input }) {
  if (work === "construction") {
    const { vertexCount, faces } = input;
    return {
      call: () => HalfEdgeMesh.fromFaces(vertexCount, faces),
      read: (mesh) => ({ next: numbers(mesh.next) }),
    };
  }
  const { make, args, read } = work === "tissue with flips" ? tissue(input) : descent(work, input);
  let compiled;
  return {
    call: () => {
      compiled ??= jit(make());
      return compiled(...args);
    },
    read,
  };
}

function descent(work, { vertices, faces, meshes, restLength, meanLength, rate, steps }) {
  const topology = HalfEdgeMesh.fromFaces(vertices.length, faces);
  const all = meshes.map((flat) => np.array(flat).reshape([-1, 2]));
  const mesh = new GeometricMesh({ positions: all[0] });
  const simulator = gradientDescent({ energy: edgeLengthAndArea(), stepSize: rate, steps });
  const end = (geometry, l0) => simulator.simulate({ geometry, topology, energy: { restLength: l0 } }).state.geometry;
  const loss = (l0) => edgeLengths(end(mesh, l0).positions, topology).mean().sub(meanLength).square();
  const rest = np.array(restLength);
  const readX = (x) => ({ x: numbers(x) });
  switch (work) {
    case "descent of a batch":
      return {
        make: () => vmap((geometry) => end(geometry, rest).positions),
        args: [new GeometricMesh({ positions: np.stack(all) })],
        read: readX,
      };
    case "derivative forward":
      return {
        make: () => (l0) => jvp(loss, [l0], [1])[1],
        args: [rest],
        read: (derivative) => ({ derivative: derivative.item() }),
      };
    case "derivative reverse":
      return { make: () => grad(loss), args: [rest], read: (derivative) => ({ derivative: derivative.item() }) };
    default:
      return { make: () => (geometry, l0) => end(geometry, l0).positions, args: [mesh, rest], read: readX };
  }
}

function tissue({ vertices, faces, restArea, restPerimeter, stepSize, steps, restSteps }) {
  const topology = HalfEdgeMesh.fromFaces(vertices.length, faces);
  const geometry = new GeometricMesh({ positions: vertices });
  const energy = sumOfEnergies(areaPerimeter(), weightedEnergy(10, areaPenalty()));
  const params = {
    restArea: np.array(restArea),
    restPerimeter: np.array(restPerimeter),
    smallestArea: np.array(restArea / 8),
  };
  const simulator = voronoiRelaxation({ energy, stepSize, steps, flips: { maxFlips: 10, rest: restSteps } });
  return {
    make: () => (mesh) => {
      const { state } = simulator.simulate({ geometry: mesh, topology, energy: params });
      return energy(state.geometry, state.topology, params);
    },
    args: [geometry],
    read: (value) => ({ energy: value.item() }),
  };
}

function numbers(tensor) {
  return Array.from(tensor.data);
}
