/** The wasm backend's binary as a data: URL. Only the bundler can load it: esbuild with loader { ".wasm": "dataurl" }. */
export { default } from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm";
