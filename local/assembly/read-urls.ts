import * as z from "zod";
import { assemblyUnsupported } from "../../shared/errors.ts";
import type { LocalFunction } from "./assembly.ts";
import { urlType } from "./function-url.ts";
import type { Intrinsics } from "./intrinsics.ts";
import { checkShape, type Template } from "./template.ts";

const urlProperties = z.strictObject({
  AuthType: z.literal("NONE", "the local run answers at URLs without a signature alone: take NONE"),
  InvokeMode: z.literal("BUFFERED").default("BUFFERED"),
  TargetFunctionArn: z.string().startsWith("arn:"),
});

/**
 * The functions, of which those are told that have a URL.
 * @throws AssemblyUnsupported
 */
export function withUrls(
  functions: readonly LocalFunction[],
  { Resources }: Template,
  intrinsics: Intrinsics,
): LocalFunction[] {
  const targets = Object.entries(Resources)
    .filter(([, { Type }]) => Type === urlType)
    .map(([id, { Properties }]) => {
      const { TargetFunctionArn } = checkShape(id, urlProperties, intrinsics.resolve(Properties, id));
      if (functions.some(({ arn }) => arn === TargetFunctionArn)) return TargetFunctionArn;
      throw assemblyUnsupported(`${id}.TargetFunctionArn: ${TargetFunctionArn} is not part of the stack`);
    });
  return functions.map((fn) => (targets.includes(fn.arn) ? { ...fn, hasUrl: true } : fn));
}
