export { currentKernel, kernelSymbol } from "./api/kernelApi.js";
export type {
  Buffers,
  Comm,
  CommOptions,
  CommTarget,
  DisplayOptions,
  Json,
  JsonObject,
  KernelApi,
  MimeBundle,
} from "./api/kernelApi.js";
export { KernelError } from "./errors.js";
