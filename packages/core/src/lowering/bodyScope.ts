import type { Graph, Var } from "../ir/types.js";
import type { Id, Ref, Statement } from "./loopProgram.js";
import type { NestScope } from "./nestBuilder.js";
import type { ArrayPlace, HistoryPlace, Persist, Place } from "./places.js";

/** What becomes of an output of a body. */
export type Target =
  /** It is written there. */
  | { readonly kind: "place"; readonly place: ArrayPlace }
  /** It is the next value of this carry. */
  | { readonly kind: "carry"; readonly carry: number }
  /** It may stay where it comes to lie. */
  | { readonly kind: "anywhere" }
  /** A History that each element of enclosing maps keeps. */
  | { readonly kind: "history"; readonly persist: Persist };

/** A body to lower: where its inputs lie and what becomes of its outputs. Carries, if any, are the inputs `first`, `first + 1`, ... */
export interface BodyRequest {
  readonly graph: Graph;
  readonly places: readonly Place[];
  readonly targets: readonly Target[];
  readonly carries?: { readonly first: number; readonly slots: readonly Id[] };
}

/** A lowered body. */
export interface LoweredBody {
  readonly statements: readonly Statement[];
  /** Where each output lies (for carries: meaningless, the rotation says it). */
  readonly places: readonly Place[];
  readonly rotation: readonly (readonly [Id, Id])[];
}

/** What the lowering of a statement op may do in its body. */
export interface BodyScope extends NestScope {
  emit(...statements: readonly Statement[]): void;
  /** Where a variable lies; it must lie somewhere. */
  place(variable: Var): ArrayPlace;
  history(variable: Var): HistoryPlace;
  setPlace(variable: Var, place: Place): void;
  /** The place where an output is wanted, else a new buffer; it is then the output's place. */
  home(variable: Var): ArrayPlace;
  /** The buffer of the operand that an updated value or a loop's result may take over, or null. */
  takeOver(variable: Var): Id | null;
  /** A buffer that holds just this scalar. */
  scalar(variable: Var): Id;
  /** The maps that keep this History for each of their elements, or null. */
  persist(variable: Var): Persist | null;
  /** Copies values into places, fused where shapes are equal. */
  copy(pairs: readonly { readonly variable: Var; readonly to: ArrayPlace }[]): void;
  /** Lowers a body of this one: of a loop, a branch, a map. */
  lower(request: BodyRequest): LoweredBody;
  /** A nest of one scalar assignment. */
  assign(buffer: Id, prefix: ArrayPlace["prefix"], value: Ref): Statement;
}
