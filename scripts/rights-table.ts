import { markdownTable } from "markdown-table";
import { footprints } from "../functions/footprints.ts";

/** Who may touch what, as the roles are made from it; test/cdk/rights.test.ts proves them on the template. */
export function rightsTable(): string {
  const rows = footprints.map(({ name, reads, writes, creates }) => [
    name,
    listed(reads),
    listed(writes),
    listed(creates),
  ]);
  return markdownTable([["role", "may read", "may write", "may create, and not change"], ...rows], {
    alignDelimiters: false,
  });
}

const listed = (patterns: readonly string[]) =>
  patterns.map((pattern) => `\`${pattern}\``).join("<br>") || "-";
