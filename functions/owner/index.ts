import { ownerEnvironment } from "./environment.ts";

/** Invoked by the coordinator's state machine for a round. */
export async function handler(): Promise<never> {
  return unfinished();
}

/** Invoked by the owner's own people. */
export async function desk(): Promise<never> {
  return unfinished();
}

function unfinished(): never {
  const { stack } = ownerEnvironment(process.env);
  throw Object.assign(new Error(`the functions of the stack ${stack} do nothing yet`), { name: "NotBuilt" });
}
