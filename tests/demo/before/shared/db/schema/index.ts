export * from "./funds";
export * from "./investments";
export * from "./scenarios";
