/** Names of an owner's stack: plain constants, which the command line reads before it knows what it will do. */

/** The function that trains: the coordinator's state machine may invoke it, and nothing else of the account. */
export const trainingFunctionOf = (stack: string) => `${stack}-Train`;

/** The function that does what the owner's own people ask: it signs, and nobody of another account may invoke it. */
export const deskFunctionOf = (stack: string) => `${stack}-Desk`;

/** The files that both functions consist of. */
export const ownerFiles = {
  handlers: "index.mjs",
  /** The very bytes of the coordinator's TrainClient, whose digest the agreement names. */
  training: "train-client.mjs",
  /** What runs them, in a process of its own. */
  child: "training-child.mjs",
} as const;

/** The role that the coordinator's state machine assumes. Roles know no regions, so that its name has to. */
export const invokerRoleOf = (stack: string, region: string) => `${stack}-${region}-Invoker`;

/** The parameter of the Systems Manager that holds the owner's keys. */
export const keysParameterOf = (stack: string) => `/${stack}/keys`;

/** The policy for the owner's own people. IAM knows no regions, likewise. */
export const ownerPolicyOf = (stack: string, region: string) => `${stack}-${region}-Owner`;

/** What an owner's stack is called unless its owner says otherwise. */
export const usualOwnerStack = "fedstep-owner";

/** The role of a coordinator's state machine, by which owners' stacks know it: its name is fixed, and outlives the role. */
export const machineRoleOf = (coordinatorsStack: string, region: string) =>
  `${coordinatorsStack}-${region}-Machine`;

/** What the training function tells of a failure that is no refusal, and that the same job would meet again. */
export const ownerFailed = "OwnerFailed";
