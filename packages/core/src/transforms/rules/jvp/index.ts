import type { JvpRules } from "../rule.js";
import { arrayJvp } from "./arrays.js";
import { controlJvp } from "./control.js";
import { customJvp } from "./custom.js";
import { elementwiseJvp } from "./elementwise.js";

/** The jvp rule of each operation. */
export const jvpRules: JvpRules = { ...elementwiseJvp, ...arrayJvp, ...controlJvp, ...customJvp };
