import { Architecture } from "aws-cdk-lib/aws-lambda";

/** As the CDK has them. */
export const architectures = { arm64: Architecture.ARM_64, x86_64: Architecture.X86_64 } as const;
