import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { ArnFormat, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { prefixes } from "../../shared/layout.ts";
import { machineRoleOf } from "../../shared/owners/stack-names.ts";
import type { Settings } from "../settings.ts";
import { flow } from "../workflow/flow.ts";
import type { Functions } from "../workflow/invocation.ts";
import { keyStatements, objectStatement } from "./object-statements.ts";
import type { ObjectStore } from "./object-store.ts";
import { invokersStatement } from "./owners-statements.ts";
import { assertPolicyFits } from "./policy-size.ts";

export interface FederationMachineProps {
  readonly settings: Settings;
  readonly store: ObjectStore;
  readonly functions: Functions;
}

/** The state machine, its log group and its role. */
export class FederationMachine extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { settings, store, functions }: FederationMachineProps) {
    super(scope, id);
    const { stackName: name, logRetentionDays: retention, tracing, ownerAccounts = [] } = settings;
    const logGroup = new LogGroup(this, "Logs", {
      // Step Functions delivers to this prefix without a resource policy that grows with every group
      logGroupName: `/aws/vendedlogs/states/${name}`,
      retention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, "Role", {
      // by which owners' stacks know it
      roleName: machineRoleOf(name, Stack.of(this).region),
      // Step Functions takes this role for no other account's sake
      assumedBy: new ServicePrincipal("states.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
      description: "Runs the federation: may invoke its functions, and continue in another execution",
    });
    const granted = [
      ...statements(functions, this.#arn(name), tracing),
      ...(settings.door ? leavingJobs(store) : []),
      ...(ownerAccounts.length > 0 ? [invokersStatement(this, ownerAccounts)] : []),
    ];
    for (const statement of granted) role.addToPolicy(statement);
    assertPolicyFits(this, "role", new PolicyDocument({ statements: granted }), ownerAccounts.length);
    const jobs = settings.door ? store.bucket.bucketName : undefined;
    const accounts = ownerAccounts.length > 0;
    const owners = settings.door || accounts ? { jobs, accounts } : undefined;
    this.stateMachine = new StateMachine(this, "StateMachine", {
      stateMachineName: name,
      stateMachineType: StateMachineType.STANDARD,
      comment: "Trains one model across its clients, round by round, with the centralized baseline beside it",
      definitionBody: DefinitionBody.fromChainable(flow(this, functions, owners)),
      // left to itself, the CDK would also grant every version and alias of the functions
      role: role.withoutPolicyUpdates(),
      tracingEnabled: tracing,
      logs: { destination: logGroup, level: LogLevel.ERROR, includeExecutionData: false },
    });
  }

  /** Built from the name, since a role that refers to the machine would make a circle with it. */
  #arn(resourceName: string): string {
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    return Stack.of(this).formatArn({ service: "states", resource: "stateMachine", resourceName, arnFormat });
  }
}

/** Of a stack with a door: jobs for owners. What one of them says is read by the door, and by nobody else. */
const leavingJobs = (store: ObjectStore): PolicyStatement[] => [
  objectStatement(store, "s3:PutObject", [prefixes.waitingJobs]),
  ...keyStatements(store, ["kms:GenerateDataKey"]),
];

/** AWS knows no narrower resource than all for the delivery of logs and traces. */
function statements(functions: Functions, ownArn: string, tracing: boolean): PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ["states:StartExecution"], resources: [ownArn] }),
    new PolicyStatement({
      actions: ["lambda:InvokeFunction"],
      resources: Object.values(functions).flatMap((fn) => (fn ? [fn.lambda.functionArn] : [])),
    }),
    new PolicyStatement({
      actions: [
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
      ],
      resources: ["*"],
    }),
    ...(tracing ? [traces()] : []),
  ];
}

const traces = () =>
  new PolicyStatement({
    actions: [
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ],
    resources: ["*"],
  });
