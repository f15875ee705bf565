/** A policy document, read and compiled: evaluating it parses nothing again. */
export interface Policy {
  /** Where it stands, as messages name it: a logical id, a managed policy's ARN, "session policy". */
  readonly name: string;
  readonly statements: readonly Statement[];
}

export interface Statement {
  /** Its Sid, or its place in the document, counted from 0. */
  readonly name: string;
  readonly effect: "Allow" | "Deny";
}
