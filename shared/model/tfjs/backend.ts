import { setBackend } from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { trainerUnavailable } from "../../errors.ts";

declare const FEDSTEP_TFJS: boolean | undefined;

let opened: Promise<void> | undefined;

/**
 * Makes the wasm backend the current one, once per process. The cpu backend would be slower by another factor of
 * five, so it is no substitute.
 * @throws TrainerUnavailable when the backend does not start
 */
export function openBackend(): Promise<void> {
  opened ??= open();
  return opened;
}

async function open(): Promise<void> {
  // in a bundle the backend's binary is inside it, elsewhere the package finds its own file
  if (typeof FEDSTEP_TFJS !== "undefined") {
    const { default: url } = await import("./embedded.ts");
    const names = ["", "-simd", "-threaded-simd"].map((variant) => `tfjs-backend-wasm${variant}.wasm`);
    setWasmPaths(Object.fromEntries(names.map((name) => [name, url])), true);
  }
  if (!(await setBackend("wasm"))) throw trainerUnavailable("TensorFlow.js could not start its wasm backend");
}
