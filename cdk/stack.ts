import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import { CfnOutput, Stack, Tags } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { type FunctionName, functionNames } from "../shared/workflow/functions.ts";
import type { Bundles } from "./bundle.ts";
import { Alarms } from "./constructs/alarms.ts";
import { dashboard } from "./constructs/dashboard.ts";
import { FederatedFunction } from "./constructs/federated-function.ts";
import { FederationMachine } from "./constructs/federation-machine.ts";
import { objectStore } from "./constructs/object-store.ts";
import { outputNames } from "./outputs.ts";
import type { Settings } from "./settings.ts";

/** One federation: a bucket, five functions, the state machine that runs them, and what watches over it. */
export class FedstepStack extends Stack {
  constructor(scope: Construct, settings: Settings, bundles: Bundles) {
    const { stackName } = settings;
    super(scope, stackName, { description: "fedstep: serverless federated learning" });
    const logRetention: RetentionDays = settings.logRetentionDays;
    const bucket = objectStore(this, settings);
    const functions = Object.fromEntries(
      functionNames.map((name) => [
        name,
        new FederatedFunction(this, name, { stackName, bucket, bundle: bundles[name], logRetention }),
      ]),
    ) as Record<FunctionName, FederatedFunction>;
    const { stateMachine } = new FederationMachine(this, "Federation", {
      name: stackName,
      functions,
      logRetention,
    });
    if (settings.monitoring) {
      const email = settings.alarmEmail;
      const { all: alarms } = new Alarms(this, "Alarms", { name: stackName, stateMachine, email });
      dashboard(this, { name: stackName, functions, stateMachine, alarms });
    }
    new CfnOutput(this, outputNames.bucket, {
      value: bucket.bucketName,
      description: "Holds data sets, shards, weights and results",
    });
    new CfnOutput(this, outputNames.stateMachine, {
      value: stateMachine.stateMachineArn,
      description: "Runs a federation",
    });
    Tags.of(this).add("project", "fedstep");
  }
}
