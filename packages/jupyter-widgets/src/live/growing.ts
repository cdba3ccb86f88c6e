/** A list of float32 numbers that grows at its end. What `values` gave stays as it was. */
export interface GrowingList {
  push(value: number): void;
  values(): Float32Array;
}

/** Makes an empty list. Its memory doubles when it is full, so that a long fit copies each number a few times only. */
export function growingList(): GrowingList {
  let memory = new Float32Array(256);
  let length = 0;
  return {
    push: (value) => {
      if (length === memory.length) {
        const larger = new Float32Array(2 * length);
        larger.set(memory);
        memory = larger;
      }
      memory[length++] = value;
    },
    values: () => memory.subarray(0, length),
  };
}
