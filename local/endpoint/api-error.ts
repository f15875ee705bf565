import { z } from "zod";
import { SignatureFault } from "../iam/signature/signature-fault.ts";
import { signatureRefusal } from "./signature-refusal.ts";

/** A refusal in the service's terms: the SDK makes an exception of this name out of it. */
export class ApiError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }

  /** Whatever was thrown, as the service would say it. */
  static of(error: unknown): ApiError {
    if (error instanceof ApiError) return error;
    if (error instanceof SignatureFault) {
      const { json, message } = signatureRefusal(error.fault);
      return new ApiError(json, message);
    }
    if (error instanceof Error && "code" in error && error.code === "FST_ERR_CTP_BODY_TOO_LARGE") {
      // by what name AWS refuses it is not confirmed
      return new ApiError("RequestEntityTooLargeException", error.message);
    }
    if (error instanceof z.ZodError) return new ApiError("ValidationException", z.prettifyError(error));
    return new ApiError("InternalFailure", error instanceof Error ? error.message : String(error));
  }
}
