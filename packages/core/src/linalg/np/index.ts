export * from "../../trace/np/index.js";
export { linalg } from "../linalg.js";
