import * as z from "zod";
import { assemblyUnsupported } from "../../shared/errors.ts";

/** The parts of a cloud assembly that a local run depends on; what else lies in the files is left alone. */

export const manifestSchema = z.object({
  artifacts: z.record(z.string(), z.object({ type: z.string(), properties: z.unknown().optional() })),
});

export const stackProperties = z.object({ templateFile: z.string() });
export const assetManifestProperties = z.object({ file: z.string() });

export const assetManifestSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).default({}),
  Condition: z.string().optional(),
});

const outputSchema = z.object({ Value: z.unknown(), Description: z.string().optional() });

/** Its rules for a value are those that CloudFormation has for texts. */
const parameterSchema = z.object({
  Type: z.string(),
  Default: z.union([z.string(), z.number()]).transform(String).optional(),
  AllowedPattern: z.string().optional(),
  AllowedValues: z.array(z.union([z.string(), z.number()]).transform(String)).optional(),
  ConstraintDescription: z.string().optional(),
  MinLength: z.coerce.number().optional(),
  MaxLength: z.coerce.number().optional(),
});

export const templateSchema = z.object({
  Parameters: z.record(z.string(), parameterSchema).default({}),
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), outputSchema).default({}),
});

export type Resource = z.output<typeof resourceSchema>;
export type Template = z.output<typeof templateSchema>;
export type Parameter = z.output<typeof parameterSchema>;

/** Where the run's behaviour would change with a property, it must be one that the local endpoints know. */
export const functionProperties = z.strictObject({
  // CloudFormation's own default, as those below
  Architectures: z.array(z.string()).default(["x86_64"]),
  Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
  Description: z.string().default(""),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }).optional(),
  FunctionName: z.string().optional(),
  Handler: z.string(),
  LoggingConfig: z
    .strictObject({
      LogGroup: z.string(),
      LogFormat: z.enum(["Text", "JSON"]).default("Text"),
      // the local log has every line, and reports are made of its REPORT lines
      ApplicationLogLevel: z.string().optional(),
      SystemLogLevel: z.string().optional(),
    })
    .optional(),
  MemorySize: z.int().positive().default(128),
  Timeout: z.int().positive().default(3),
  ReservedConcurrentExecutions: z.int().positive().optional(),
  Role: z.string(),
  Runtime: z.string().startsWith("nodejs"),
  Tags: z.unknown().optional(),
  TracingConfig: z.strictObject({ Mode: z.string() }).default({ Mode: "PassThrough" }),
});

export const stateMachineProperties = z.strictObject({
  DefinitionString: z.string(),
  LoggingConfiguration: z
    .strictObject({
      Destinations: z
        .array(z.strictObject({ CloudWatchLogsLogGroup: z.strictObject({ LogGroupArn: z.string() }) }))
        .optional(),
      IncludeExecutionData: z.boolean().default(false),
      Level: z.string().default("OFF"),
    })
    .prefault({}),
  RoleArn: z.string(),
  StateMachineName: z.string().optional(),
  StateMachineType: z.literal("STANDARD").default("STANDARD"),
  Tags: z.unknown().optional(),
  TracingConfiguration: z.strictObject({ Enabled: z.boolean() }).default({ Enabled: false }),
});

/** Of a key, what it is used for; its policy is read with the other rights. */
export const keyProperties = z.object({
  KeySpec: z.string().default("SYMMETRIC_DEFAULT"),
  KeyUsage: z.string().default("ENCRYPT_DECRYPT"),
});

export const bundleRecord = z.object({ bytes: z.int().positive(), sha256: z.string() });

/** @throws AssemblyUnsupported naming the place and its fields */
export function checkShape<T>(at: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${[at, ...path].join(".")}: ${message}`);
  throw assemblyUnsupported(issues.join("; "));
}
