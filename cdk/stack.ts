import { CfnOutput, Stack, Tags } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { deployedSteps } from "../cloud/footprint.ts";
import { footprints } from "../functions/footprints.ts";
import { version } from "../shared/version.ts";
import type { Bundles } from "./bundle.ts";
import { Access } from "./constructs/access.ts";
import { accessKinds, accessRights } from "./constructs/access-rights.ts";
import { Alarms } from "./constructs/alarms.ts";
import { dashboard } from "./constructs/dashboard.ts";
import { Door } from "./constructs/door.ts";
import { FederatedFunction } from "./constructs/federated-function.ts";
import { FederationMachine } from "./constructs/federation-machine.ts";
import { ObjectStore } from "./constructs/object-store.ts";
import { outputNames, policyOutput } from "./outputs.ts";
import { deploymentOf, type Settings } from "./settings.ts";
import type { Functions } from "./workflow/invocation.ts";

/** One federation: a bucket, its functions, the state machine that runs them, and what watches over it. */
export class FedstepStack extends Stack {
  readonly settings: Settings;

  constructor(scope: Construct, settings: Settings, bundles: Bundles) {
    const { stackName } = settings;
    super(scope, stackName, { description: "fedstep: serverless federated learning" });
    this.settings = settings;
    const store = new ObjectStore(this, "Objects", settings);
    const functions = Object.fromEntries(
      deployedSteps(footprints, settings).map((step) => [
        step.name,
        new FederatedFunction(this, step, { settings, store, bundle: bundles[step.name] }),
      ]),
    ) as unknown as Functions;
    const { stateMachine } = new FederationMachine(this, "Federation", { settings, store, functions });
    const door = settings.door
      ? new Door(this, "Door", { settings, store, bundle: bundles.Door })
      : undefined;
    if (settings.monitoring) {
      const email = settings.alarmEmail;
      const watched = { name: stackName, stateMachine, door: door?.lambda, email };
      const { all: alarms } = new Alarms(this, "Alarms", watched);
      dashboard(this, { settings, functions, stateMachine, alarms });
    }
    const access = new Access(this, "Access", { settings, store });
    new CfnOutput(this, outputNames.bucket, {
      value: store.bucket.bucketName,
      description: "Holds data sets, shards, weights and results",
    });
    new CfnOutput(this, outputNames.stateMachine, {
      value: stateMachine.stateMachineArn,
      description: "Runs a federation",
    });
    new CfnOutput(this, outputNames.deployment, {
      value: JSON.stringify(deploymentOf(settings)),
      description: "What estimates and limits of runs are reckoned with",
    });
    new CfnOutput(this, outputNames.version, {
      value: version,
      description: "Of fedstep, that the functions are of",
    });
    if (door) {
      new CfnOutput(this, outputNames.doorUrl, {
        value: door.url,
        description: "Where owners without AWS ask for their jobs",
      });
    }
    if (store.key) {
      new CfnOutput(this, outputNames.keyId, {
        value: store.key.keyId,
        description: "Of the key that encrypts the bucket, for the stacks of owners in accounts of their own",
      });
    }
    for (const kind of accessKinds) {
      new CfnOutput(this, policyOutput(kind), {
        value: access.policies[kind].managedPolicyArn,
        description: `${accessRights[kind].purpose}: to be attached to people's roles`,
      });
    }
    Tags.of(this).add("project", "fedstep");
    // bills can be told apart by it
    Tags.of(this).add("federation", stackName);
  }
}
