/** Whether two types are the same; `any` is the same as nothing but `any`. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Accepts a value whose type is `Expected`, to the letter; with another type the argument does not compile. */
export declare function expectType<Expected>(): <Got>(
  value: Got,
  ...same: Same<Expected, Got> extends true ? [] : [{ readonly got: Got; readonly expected: Expected }]
) => void;

/** Accepts a value that can stand where `Expected` is asked for, unless it is `any`. */
export declare function expectAssignable<Expected>(): <Got extends Expected>(
  value: Got,
  ...known: 0 extends 1 & Got ? ["this is any"] : []
) => void;
