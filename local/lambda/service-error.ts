import { signatureRefusal } from "../endpoint/signature-refusal.ts";
import { SignatureFault } from "../iam/signature/signature-fault.ts";

/** A failure of the service, not of the function: its name travels as x-amzn-errortype. */
export class ServiceError extends Error {
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    name: string,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = name;
    this.status = status;
    this.details = details;
  }

  static denied(message: string): ServiceError {
    return new ServiceError(403, "AccessDeniedException", message);
  }

  static throttled(Reason = "ConcurrentInvocationLimitExceeded"): ServiceError {
    return new ServiceError(429, "TooManyRequestsException", "Rate Exceeded.", {
      Reason,
      retryAfterSeconds: "0",
    });
  }

  static tooLarge(limit: number): ServiceError {
    return new ServiceError(
      413,
      "RequestTooLargeException",
      `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
    );
  }

  /** What fastify or an environment threw, as the service would report it. */
  static of(error: Error & { code?: string }, limit: number): ServiceError {
    if (error instanceof ServiceError) return error;
    if (error instanceof SignatureFault) {
      const { json, message } = signatureRefusal(error.fault);
      return new ServiceError(403, json, message);
    }
    if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE") return ServiceError.tooLarge(limit);
    return new ServiceError(500, "ServiceException", error.message);
  }
}
