/** How far the clock of who signs may be off. */
export const allowedSkewMs = 15 * 60 * 1000;

/** Why a request shows nobody; each service has codes of its own for it. Times are milliseconds. */
export type Fault =
  | { readonly kind: "unsigned" }
  /** A mechanism that is no longer taken, or never was: version 2, asymmetric keys. */
  | { readonly kind: "mechanism" }
  | { readonly kind: "malformed"; readonly presigned: boolean; readonly reason: string }
  | {
      readonly kind: "scope";
      readonly presigned: boolean;
      readonly part: "region" | "service" | "date";
      readonly given: string;
      readonly expected: string;
    }
  | { readonly kind: "key-unknown"; readonly accessKeyId: string }
  | { readonly kind: "token-wrong"; readonly token: string }
  | { readonly kind: "token-expired"; readonly token: string }
  | { readonly kind: "clock"; readonly signedAt: number; readonly now: number }
  | {
      readonly kind: "url-expired";
      readonly expiresAt: number;
      readonly seconds: number;
      readonly now: number;
    }
  | { readonly kind: "url-early"; readonly now: number }
  | { readonly kind: "headers-unsigned"; readonly names: readonly string[] }
  | {
      readonly kind: "mismatch";
      readonly accessKeyId: string;
      readonly signature: string;
      readonly stringToSign: string;
      readonly canonicalRequest: string;
    };

export class SignatureFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(`The signature shows nobody: ${fault.kind}`);
    this.name = "SignatureFault";
    this.fault = fault;
  }
}
