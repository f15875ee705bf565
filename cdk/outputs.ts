/** Names of the stack's outputs: plain constants, so that the command line reads them without the CDK library. */
export const outputs = {
  bucket: "BucketName",
  stateMachine: "StateMachineArn",
} as const;

/** What the stack is called unless context says otherwise. */
export const defaultStackName = "fedstep";
