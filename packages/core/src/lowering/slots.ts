import { arrayTypeOf } from "../ir/builder.js";
import { sameType, type Var } from "../ir/types.js";
import type { Id } from "./loopProgram.js";
import type { ProgramContext } from "./places.js";
import type { Schedule } from "./schedule.js";

/** A loop's carries: the body's input variables, the buffers that hold them, and the variables that follow them. */
export interface CarrySlots {
  readonly inputs: readonly Var[];
  readonly slots: readonly Id[];
  readonly next: readonly Var[];
}

/** Where each carry's next value is written. */
export interface SlotPlan {
  /** Storage of each next value. */
  readonly next: readonly Id[];
  /** Which next values need a write: all but those which are another carry's current value. */
  readonly written: readonly boolean[];
  /** See Loop.rotation. */
  readonly rotation: readonly (readonly [Id, Id])[];
}

/**
 * Gives the next values of a loop's carries their storage. A next value that is another carry as it was gets that one's slot (nothing
 * is moved: the names rotate). A computed one takes the slot of a carry that nobody needs any more, if all reads of that carry
 * come before or at the very point of the write; otherwise a slot of its own.
 */
export function planSlots(program: ProgramContext, plan: Schedule, carries: CarrySlots): SlotPlan {
  const count = carries.inputs.length;
  const next = new Array<Id>(count);
  const written = new Array<boolean>(count).fill(true);
  const free = new Set<number>(carries.inputs.keys());
  carries.next.forEach((variable, k) => {
    const source = carries.inputs.indexOf(variable);
    if (source < 0 || !free.has(source)) return;
    next[k] = carries.slots[source] as Id;
    written[k] = false;
    free.delete(source);
  });
  const reads = plan.groups.map((group) => {
    const bySlot = new Map<number, boolean>();
    for (const [variable, own] of plan.readsOf(group)) {
      const storage = plan.storageOf(variable);
      const carry = carries.inputs.indexOf(storage);
      if (carry >= 0) bySlot.set(carry, own && storage === variable && (bySlot.get(carry) ?? true));
    }
    return bySlot;
  });
  const canTake = (variable: Var, group: number, slot: number): boolean =>
    sameType(variable.type, (carries.inputs[slot] as Var).type) &&
    reads.every((read, at) => !read.has(slot) || at < group || (at === group && read.get(slot) === true));

  // Values that are a carry updated in place stay where that carry is.
  carries.next.forEach((variable, k) => {
    const slot = carries.inputs.indexOf(leaderOf(plan, variable));
    if (next[k] !== undefined || slot < 0 || !free.has(slot)) return;
    next[k] = carries.slots[slot] as Id;
    free.delete(slot);
  });

  const fresh: Id[] = [];
  const seen = new Set<Var>();
  for (const own of [true, false]) {
    carries.next.forEach((variable, k) => {
      if (next[k] !== undefined) return;
      const leader = leaderOf(plan, variable);
      const group = plan.groupOf(leader);
      const nest = plan.groups[group];
      const isHosted = nest?.kind === "nest" && nest.roots.length > 0 && nest.scatters.length > 0;
      const fuses = nest?.kind === "nest" && !isHosted && !seen.has(variable) && plan.storageOf(leader) === leader;
      const candidates = !fuses ? [] : own ? [...free].filter((slot) => slot === k) : [...free];
      const taken = candidates.find((slot) => canTake(leader, group, slot));
      if (taken !== undefined) {
        next[k] = carries.slots[taken] as Id;
        free.delete(taken);
        seen.add(variable);
      } else if (!own) {
        const type = arrayTypeOf(variable);
        const slot = program.buffer("next", type.dtype, type.shape);
        fresh.push(slot);
        next[k] = slot;
        seen.add(variable);
      }
    });
  }
  const rotation: [Id, Id][] = [];
  carries.slots.forEach((slot, k) => {
    if (slot !== next[k]) rotation.push([slot, next[k] as Id]);
  });
  closeRotation(carries, next, fresh, rotation);
  return { next, written, rotation };
}

/** The variable whose storage the value takes over, through updates in place. */
export function leaderOf(plan: Schedule, variable: Var): Var {
  let leader = variable;
  for (let next = plan.updatedInPlace(leader); next !== null; next = plan.updatedInPlace(leader)) leader = next;
  return leader;
}

/** Fresh slots get the names of carries that die, of their own type, so that the rotation is a permutation. */
function closeRotation(carries: CarrySlots, next: readonly Id[], fresh: readonly Id[], rotation: [Id, Id][]): void {
  const dead = carries.slots
    .map((slot, k) => ({ slot, type: (carries.inputs[k] as Var).type }))
    .filter(({ slot }) => !next.includes(slot));
  for (const slot of fresh) {
    const type = (carries.next[next.indexOf(slot)] as Var).type;
    const match = dead.findIndex((one) => sameType(one.type, type));
    const [taken] = dead.splice(match, 1);
    if (taken !== undefined) rotation.push([slot, taken.slot]);
  }
}
