import { failureAddress, growableState, heapTopAddress, outOfMemory } from "./layout.js";
import type { ModuleBuilder } from "./moduleBuilder.js";

/**
 * Function (descriptor, rows, bytes of a row) that makes a growable buffer hold the rows: in place where it is the last one in
 * memory, else by a move to the end, at least doubling, so that the bytes moved stay in proportion to the rows.
 */
export function emitGrow(module: ModuleBuilder): number {
  const index = module.declare("reserve", ["i32", "i32", "i32"], null);
  const fn = module.open(index);
  const [descriptor, rows, rowBytes] = [0, 1, 2];
  const [top, address, capacity] = [fn.take("i64"), fn.take("i32"), fn.take("i32")];
  const load = (offset: number): void => {
    fn.get(descriptor);
    fn.access("i32.load", offset);
  };
  // rows already there, or less than before: nothing to do.
  fn.get(rows);
  load(growableState.rows);
  fn.op("i32.le_s");
  fn.if();
  fn.return();
  fn.end();
  fn.get(rows);
  load(growableState.capacity);
  fn.op("i32.gt_s");
  fn.if();
  // capacity = max(rows, 2 * capacity)
  load(growableState.capacity);
  fn.i32(1);
  fn.op("i32.shl");
  fn.tee(capacity);
  fn.get(rows);
  fn.get(capacity);
  fn.get(rows);
  fn.op("i32.gt_s");
  fn.op("select");
  fn.set(capacity);
  // address = the old one if it ends at the top, else the top
  fn.i32(0);
  fn.access("i32.load", heapTopAddress);
  fn.set(address);
  load(growableState.address);
  load(growableState.capacity);
  fn.get(rowBytes);
  fn.op("i32.mul");
  fn.op("i32.add");
  fn.i32(63);
  fn.op("i32.add");
  fn.i32(-64);
  fn.op("i32.and");
  fn.get(address);
  fn.op("i32.eq");
  load(growableState.capacity);
  fn.i32(0);
  fn.op("i32.gt_s");
  fn.op("i32.and");
  fn.if("i32");
  load(growableState.address);
  fn.else();
  fn.get(address);
  fn.end();
  fn.set(address);
  // top = align64(address + capacity * rowBytes), in 64 bits
  fn.get(capacity);
  fn.op("i64.extend_i32_u");
  fn.get(rowBytes);
  fn.op("i64.extend_i32_u");
  fn.op("i64.mul");
  fn.get(address);
  fn.op("i64.extend_i32_u");
  fn.op("i64.add");
  fn.i64(63n);
  fn.op("i64.add");
  fn.i64(-64n);
  fn.op("i64.and");
  fn.tee(top);
  fn.memorySize();
  fn.op("i64.extend_i32_u");
  fn.i64(16n);
  fn.op("i64.shl");
  fn.op("i64.gt_u");
  fn.if();
  // pages = (top - size + 65535) / 65536
  fn.get(top);
  fn.i64(65535n);
  fn.op("i64.add");
  fn.i64(16n);
  fn.op("i64.shr_u");
  fn.op("i32.wrap_i64");
  fn.memorySize();
  fn.op("i32.sub");
  fn.memoryGrow();
  fn.i32(-1);
  fn.op("i32.eq");
  fn.if();
  fn.i32(0);
  fn.i32(outOfMemory);
  fn.access("i32.store", failureAddress);
  fn.op("unreachable");
  fn.end();
  fn.end();
  fn.get(address);
  load(growableState.address);
  fn.op("i32.ne");
  fn.if();
  fn.get(address);
  load(growableState.address);
  load(growableState.rows);
  fn.get(rowBytes);
  fn.op("i32.mul");
  fn.memoryCopy();
  fn.end();
  const store = (offset: number, local: number): void => {
    fn.get(descriptor);
    fn.get(local);
    fn.access("i32.store", offset);
  };
  store(growableState.address, address);
  store(growableState.capacity, capacity);
  fn.i32(0);
  fn.get(top);
  fn.op("i32.wrap_i64");
  fn.access("i32.store", heapTopAddress);
  fn.end();
  fn.get(descriptor);
  fn.get(rows);
  fn.access("i32.store", growableState.rows);
  module.close(index, fn);
  return index;
}
