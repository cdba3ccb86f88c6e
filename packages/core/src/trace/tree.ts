/** Functions of trees: nested plain objects and arrays with tensors, numbers and typed arrays as leaves. */
export * as tree from "./treeApi.js";
