import { runApp } from "../cdk/run-app.ts";
import { checkByNag } from "./nag.ts";

/** cdk/app.ts for `npm run synth`: the same stack, held to the rules of cdk-nag, which only its developers have. */
await runApp(checkByNag);
