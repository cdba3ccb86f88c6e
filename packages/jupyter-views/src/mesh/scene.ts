import {
  AmbientLight,
  Box3,
  DirectionalLight,
  OrthographicCamera,
  Raycaster,
  Scene,
  Sphere,
  Spherical,
  Vector2,
  Vector3,
  WebGLRenderer,
} from "three";
import { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";
import { element } from "../dom.js";
import type { MeshObject } from "./object.js";

/** What lies under the pointer. */
export interface Hit {
  /** Number of the mesh. */
  readonly object: number;
  readonly face: number;
  /** The face's vertex nearest to the pointer. */
  readonly vertex: number;
}

/** A canvas with a camera that is turned by mouse and keys. It draws when something changes, not all the time. */
export interface MeshScene {
  readonly canvas: HTMLCanvasElement;
  show(objects: readonly MeshObject[]): void;
  /** Draws in the next frame. */
  draw(): void;
  /** Looks at all of the extent again: at a planar one from above, at others from a corner. */
  reset(): void;
  /** Steps back where the meshes have left what is looked at, unless somebody has turned or zoomed. */
  follow(): void;
  pick(event: PointerEvent, objects: readonly MeshObject[]): Hit | null;
  png(): Promise<Blob>;
  dispose(): void;
}

/** Angle of one press of an arrow key, radians. */
const turn = Math.PI / 24;

/** Options of `meshScene`. */
export interface MeshSceneOptions {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** The space in which the meshes are, or move. */
  readonly extent: () => Box3;
}

/** Makes the scene. */
export function meshScene({ width, height, extent }: MeshSceneOptions): MeshScene {
  const canvas = element("canvas", { tabindex: "0", role: "img", style: "max-width: 100%; touch-action: none" });
  const renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true, preserveDrawingBuffer: true });
  renderer.setPixelRatio(window.devicePixelRatio);
  renderer.setSize(width, height);
  const scene = new Scene();
  const camera = new OrthographicCamera();
  camera.up.set(0, 0, 1);
  const lamp = new DirectionalLight(0xffffff, 1.6);
  camera.add(lamp);
  scene.add(camera, new AmbientLight(0xffffff, 1.8));
  const controls = new OrbitControls(camera, canvas);
  controls.enableDamping = false;
  let shown: readonly MeshObject[] = [];
  let lookedAt = new Box3();
  let isTurned = false;
  let asked = 0;
  let frames = 0;

  const render = (): void => {
    asked = 0;
    renderer.render(scene, camera);
    // For whoever measures how often the page draws.
    canvas.dataset["frames"] = String(++frames);
  };
  const draw = (): void => {
    if (asked === 0) asked = requestAnimationFrame(render);
  };
  const reset = (): void => {
    const box = extent();
    lookedAt = box;
    isTurned = false;
    const { center, radius } = box.getBoundingSphere(new Sphere());
    const size = box.getSize(new Vector3());
    const planar = size.z <= 1e-6 * radius;
    const reach = Math.max(radius, 1e-12);
    const direction = planar ? new Vector3(0, -1e-4, 1) : new Vector3(0.78, 0.45, 0.42);
    camera.position.copy(center).addScaledVector(direction.normalize(), 4 * reach);
    const half = 1.05 * (planar ? Math.max(size.y / 2, ((size.x / 2) * height) / width) : reach);
    camera.top = half;
    camera.bottom = -half;
    camera.right = (half * width) / height;
    camera.left = -camera.right;
    camera.near = 0;
    camera.far = 8 * reach;
    camera.zoom = 1;
    camera.updateProjectionMatrix();
    controls.target.copy(center);
    controls.update();
    draw();
  };
  const turnBy = (around: number, over: number): void => {
    const offset = new Vector3().subVectors(camera.position, controls.target);
    // Spherical has its pole at y; here up is z.
    const spherical = new Spherical().setFromCartesianCoords(offset.x, offset.z, -offset.y);
    spherical.theta += around;
    spherical.phi += over;
    spherical.makeSafe();
    const moved = new Vector3().setFromSpherical(spherical);
    camera.position.set(moved.x, -moved.z, moved.y).add(controls.target);
    controls.update();
    draw();
  };
  const zoomBy = (factor: number): void => {
    camera.zoom *= factor;
    camera.updateProjectionMatrix();
    draw();
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => turnBy(-turn, 0),
    ArrowRight: () => turnBy(turn, 0),
    ArrowUp: () => turnBy(0, -turn),
    ArrowDown: () => turnBy(0, turn),
    "+": () => zoomBy(1.2),
    "-": () => zoomBy(1 / 1.2),
    Home: reset,
  };
  canvas.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    isTurned = true;
    act();
  });
  controls.addEventListener("change", draw);
  controls.addEventListener("start", () => {
    isTurned = true;
  });

  return {
    canvas,
    show: (objects) => {
      for (const { faces, edges } of shown) scene.remove(faces, edges);
      const first = shown.length === 0;
      shown = objects;
      for (const { faces, edges } of shown) scene.add(faces, edges);
      if (first) reset();
      else draw();
    },
    draw,
    reset,
    follow: () => {
      if (!isTurned && !lookedAt.containsBox(extent())) reset();
    },
    pick: (event, objects) => {
      const box = canvas.getBoundingClientRect();
      const pointer = new Vector2(
        ((event.clientX - box.left) / box.width) * 2 - 1,
        1 - ((event.clientY - box.top) / box.height) * 2,
      );
      const ray = new Raycaster();
      ray.setFromCamera(pointer, camera);
      const [hit] = ray.intersectObjects(
        objects.map(({ faces }) => faces),
        false,
      );
      if (hit?.faceIndex === undefined || hit.faceIndex === null) return null;
      const object = objects.findIndex(({ faces }) => faces === hit.object);
      return { object, face: hit.faceIndex, vertex: nearestVertex(objects[object]!, hit.faceIndex, hit.point) };
    },
    png: () => {
      render();
      return new Promise((resolve, reject) => {
        canvas.toBlob((blob) => (blob === null ? reject(new TypeError("the canvas gave no picture")) : resolve(blob)));
      });
    },
    dispose: () => {
      cancelAnimationFrame(asked);
      controls.dispose();
      renderer.dispose();
      // Browsers keep few contexts; a notebook has many meshes.
      renderer.forceContextLoss();
    },
  };
}

function nearestVertex(object: MeshObject, face: number, point: Vector3): number {
  const positions = object.positions();
  const distances = [0, 1, 2].map((k) =>
    new Vector3().fromArray(positions, 3 * object.vertexOf(3 * face + k)).distanceToSquared(point),
  );
  const nearest = distances.indexOf(Math.min(...distances));
  return object.vertexOf(3 * face + nearest);
}
