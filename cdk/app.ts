import { synthesizeStack } from "./synthesize.ts";

await synthesizeStack();
