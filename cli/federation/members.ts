import type { Command } from "commander";
import { textTable } from "../../report/text-table.ts";
import { ownerInvalid } from "../../shared/errors.ts";
import { memberOf, simulatedIn } from "../../shared/owners/agreement.ts";
import { fingerprintOf } from "../../shared/owners/identity.ts";
import { tag } from "../../shared/owners/members.ts";
import { acceptedBy, changeMembers, lastAgreement, readMembers } from "../../storage/federation-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { options } from "../options.ts";
import type { Session } from "../session.ts";
import { type AccountsOptions, accountsFileOption, openAccountsFile, tellAccounts } from "./accounts-file.ts";
import {
  calledMember,
  checkFederationName,
  existing,
  type FederationOptions,
  inBucket,
  ofFederation,
} from "./opened.ts";

export function membersCommand(session: Session): Command {
  return ofFederation(
    "members",
    "list who is to stand in the next agreement, and who has accepted the last one",
  )
    .argument("<federation>", "its name")
    .addOption(options.json())
    .addHelpText(
      "after",
      "\nExamples:\n  fedstep federation members clinics\n  fedstep federation members clinics --json",
    )
    .action(
      async (name: string, { json = false, ...given }: FederationOptions & { readonly json?: boolean }) => {
        const listed = await inBucket(given, "reads", (objects) =>
          listMembers(objects, checkFederationName(name)),
        );
        if (json) return session.print(JSON.stringify(listed, null, 2));
        const rows = listed.members.map((one) => [
          String(one.number),
          one.name,
          one.fingerprint.slice(0, 16),
          one.account ? `${one.account.account}, ${one.account.stack}` : "",
          one.tags.join(", "),
          one.accepted === null ? "not in it" : one.accepted ? "yes" : "no",
        ]);
        const accepted = listed.version === null ? "accepted" : `accepted version ${listed.version}`;
        session.print(textTable(["number", "owner", "fingerprint", "account", "tags", accepted], rows));
        for (const { name, number, examples } of listed.simulated) {
          session.print(`${name}, number ${number}, is trained from your bucket: ${examples} examples`);
        }
      },
    );
}

async function listMembers(objects: Objects, federation: string) {
  const { members } = existing(await readMembers(objects, federation), federation);
  const agreed = await lastAgreement(objects, federation);
  const accepted = agreed ? await acceptedBy(objects, federation, agreed.version) : [];
  return {
    federation,
    version: agreed?.version ?? null,
    /** Clients that the coordinator trains itself by that version. */
    simulated: (agreed ? simulatedIn(agreed) : []).map(({ number, name, train, heldOut }) => ({
      number,
      name,
      examples: train + heldOut,
    })),
    members: members.map(({ number, name, signingKey, account = null, tags }) => {
      const fingerprint = fingerprintOf(signingKey);
      const inIt = agreed && memberOf(agreed, signingKey);
      return {
        number,
        name,
        fingerprint,
        account,
        tags,
        accepted: inIt ? accepted.includes(fingerprint) : null,
      };
    }),
  };
}

export function removeMemberCommand(session: Session): Command {
  return ofFederation("remove", "take an owner off the list: the next agreement goes without it")
    .argument("<federation>", "its name")
    .argument("<owner>", "name of the owner, or the beginning of its fingerprint")
    .addOption(accountsFileOption())
    .addHelpText("after", '\nExamples:\n  fedstep federation remove clinics "Seoul Clinic"')
    .action(async (name: string, called: string, given: AccountsOptions) => {
      const federation = checkFederationName(name);
      const accounts = await openAccountsFile(given);
      const left = await inBucket(given, "writes", (objects) =>
        changeMembers(objects, federation, (before) => {
          const list = existing(before, federation);
          const member = calledMember(list, called);
          return { ...list, members: list.members.filter((one) => one !== member) };
        }),
      );
      session.print(
        `${called} is off the list of ${federation}; its number is nobody else's. The agreement that there is still names it: propose the next one.`,
      );
      await tellAccounts(session, accounts, left);
    });
}

export function tagCommand(session: Session): Command {
  return ofFederation("tag", "give an owner a tag by which runs choose it; owners set none themselves")
    .argument("<federation>", "its name")
    .argument("<owner>", "name of the owner, or the beginning of its fingerprint")
    .argument("<tag>", "such as region=seoul")
    .option("--off", "take the tag away")
    .addHelpText("after", '\nExamples:\n  fedstep federation tag clinics "Seoul Clinic" region=seoul')
    .action(
      async (
        name: string,
        called: string,
        text: string,
        { off = false, ...given }: FederationOptions & { readonly off?: boolean },
      ) => {
        const federation = checkFederationName(name);
        const parsed = tag.safeParse(text);
        if (!parsed.success)
          throw ownerInvalid(`a tag ${parsed.error.issues[0]?.message}, and ${JSON.stringify(text)} is none`);
        await inBucket(given, "writes", (objects) =>
          changeMembers(objects, federation, (before) => {
            const list = existing(before, federation);
            const member = calledMember(list, called);
            const others = member.tags.filter((one) => one !== parsed.data);
            const tags = off ? others : [...others, parsed.data];
            return { ...list, members: list.members.map((one) => (one === member ? { ...one, tags } : one)) };
          }),
        );
        session.print(`${called}: ${off ? "no longer " : ""}tagged ${parsed.data}`);
      },
    );
}
