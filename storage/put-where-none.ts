import {
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";

/** S3's code for a conditional write that met another write or a deletion under way; it asks for a repetition. */
export const conflictCode = "ConditionalRequestConflict";

/**
 * Puts the object where its key is free.
 * @param isOurs asked where the key is taken and the answer to an earlier try of ours may have been lost on its way
 * @returns whether it did
 */
export async function putWhereNone(
  client: S3Client,
  object: Omit<PutObjectCommandInput, "IfNoneMatch">,
  isOurs: () => Promise<boolean>,
): Promise<boolean> {
  const command = new PutObjectCommand({ ...object, IfNoneMatch: "*" });
  // the SDK repeats what S3 fails by 5xx, and takes a 409 for the caller's fault
  command.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (isConflict(error)) throw Object.assign(error, { $retryable: { throttling: false } });
        throw error;
      }
    },
    // within the SDK's own repetitions
    { step: "finalizeRequest", priority: "low", name: "repeatConflicts" },
  );
  try {
    await client.send(command);
    return true;
  } catch (error) {
    if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 412) throw error;
    return (error.$metadata.attempts ?? 1) > 1 && (await isOurs());
  }
}

function isConflict(error: unknown): error is S3ServiceException {
  return error instanceof S3ServiceException && error.name === conflictCode;
}
