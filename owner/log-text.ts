import type { LogEntry } from "../shared/owners/log-entry.ts";
import { visible } from "../shared/visible.ts";

/** The log for people, a line an entry: number, time (UTC), what happened and what left. */
export function logText(entries: readonly LogEntry[]): string {
  const width = String(entries.length).length;
  return entries
    .map((one) => {
      const at = one.at.replace("T", " ").slice(0, 19);
      return `${String(one.number).padStart(width)}  ${at}  ${visible(said(one))}`;
    })
    .join("\n");
}

function said(one: LogEntry): string {
  switch (one.event) {
    case "made":
      return `made this home, key ${one.key}`;
    case "asked to join":
      return `asked to join ${one.federation}: ${leftBy(one)}`;
    case "agreed":
      return `agreed to version ${one.agreement.version} of ${one.agreement.federation}: ${leftBy(one)}`;
    case "signed":
      return `signed what ${one.run} asks for in round ${one.round} (${one.task}${one.alone ? ", and how the model does that was trained here alone" : ""}), to be sent: ${leftBy(one)}${beside(one)}`;
    case "opened":
      return `opened sums of masks as helper ${one.helper} for round ${one.round} of ${one.run}, over ${one.set.length} clients, to be sent: ${leftBy(one)}`;
    case "sent":
      return `sent it for round ${one.round} of ${one.run}, ${receipts[one.receipt]}: ${leftBy(one)}${beside(one)}`;
    case "refused":
      return `refused ${one.run}, round ${one.round}: ${one.refusal}, ${one.about}`;
    case "waits":
      return `${one.run} waits for you: fedstep owner allow ${one.run} lets it through`;
    case "allowed":
      return `you allowed ${one.run}, plan ${one.plan}`;
    case "failed alone":
      return `trained no model alone for ${one.run}: ${one.about}`;
    case "rotated":
      return `told ${one.federation} of new keys, ${one.key}: ${leftBy(one)}`;
    case "paused":
      return "paused: every job is refused";
    case "resumed":
      return "resumed: jobs are looked at again";
    case "left":
      return `left ${one.federation}: ${leftBy(one)}`;
  }
}

const receipts = {
  checksum: "as the bucket says by its checksum",
  answer: "as the bucket says",
  door: "as the door says",
  stands: "where the bucket says that something stands already",
} as const;

const beside = ({ boxes }: { boxes?: Parameters<typeof leftBy>[0] | undefined }) =>
  boxes ? `; and ${leftBy(boxes)}` : "";

function leftBy({ object, bytes, sha256 }: { object: string; bytes: number; sha256: string }): string {
  return `${object}, ${bytes} bytes, SHA-256 ${sha256}`;
}
