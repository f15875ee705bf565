import { agreementInvalid, ownerInvalid } from "../../shared/errors.ts";
import { type Agreement, agreement } from "../../shared/owners/agreement.ts";
import type { DeskRequest, Told } from "../../shared/owners/desk.ts";
import { problemsOf } from "../../shared/problems-of.ts";
import type { NamedBytes } from "../../tables/pieces.ts";
import { acceptanceText, giveAcceptance, prepareAcceptance, unscaledNote } from "../accept.ts";
import { allowRun } from "../allow.ts";
import { openHome, openOrMakeHome } from "../home.ts";
import { leaveFederation } from "../leave.ts";
import { leavingAs, logAndWrite, type Outlet } from "../leaving.ts";
import { makeRequest, requestText } from "../request.ts";
import type { HomeStorage } from "../storage/home-storage.ts";
import { switchOwner } from "../switch.ts";

/** What the desk of an owner's stack works with. */
export interface Desk {
  readonly storage: HomeStorage;
  /** As the stack's settings have them. */
  readonly name: string;
  readonly federation: string;
  readonly readTable: () => Promise<NamedBytes>;
  readonly at: Date;
}

/** What was done, for the owner's people. */
export type Done = Told | { readonly owner: string; readonly said: string[] };

/** Does what the owner's own people ask, in the home that it makes at the first time. @throws what the commands refuse by */
export async function answerDesk(desk: Desk, asked: DeskRequest): Promise<Done> {
  const { storage, name, federation, at } = desk;
  if ("federation" in asked && asked.federation !== federation) {
    throw ownerInvalid(
      `${asked.federation}: this stack takes part in ${federation}, as its parameter Federation says`,
    );
  }
  const { owner, fingerprint } = await openOrMakeHome(storage, name, at);
  const said = (...lines: string[]) => ({ owner: owner.name, said: lines });
  switch (asked.ask) {
    case "request":
      return { owner: owner.name, fingerprint, ...(await request(desk, asked)) };
    case "accept":
      return { owner: owner.name, fingerprint, ...(await accept(desk, asked)) };
    case "leave":
      return { owner: owner.name, fingerprint, ...(await leave(desk)) };
    case "pause":
    case "resume": {
      const line = await switchOwner(storage, asked.ask, at);
      return said(line);
    }
    case "allow": {
      const { plan } = await storage.change(async () => allowRun(await openHome(storage), asked.run, at));
      return said(`${asked.run} is let through, by the plan ${plan}; another plan of that name asks anew`);
    }
  }
}

type File = Pick<Told, "text" | "said" | "notes">;

/** What is told leaves with the answer, and by nothing else. */
class Answer implements Outlet {
  readonly name: string;
  text = "";

  constructor(name: string) {
    this.name = name;
  }

  async assertWritable(): Promise<void> {}

  async write(text: string): Promise<void> {
    this.text = text;
  }
}

function request(
  { storage, federation, readTable, at }: Desk,
  { of }: Extract<DeskRequest, { ask: "request" }>,
): Promise<File> {
  return storage.change(async () => {
    const home = await openHome(storage);
    const { request: made, notes } = await makeRequest(home, { federation, of }, readTable);
    const answer = new Answer("request.json");
    const { text, leaving } = await leavingAs(answer, made);
    await logAndWrite(home, answer, text, { event: { event: "asked to join", federation, ...leaving }, at });
    return { text, said: [requestText(made)], notes: [...notes] };
  });
}

function accept(
  { storage, readTable, at }: Desk,
  { versions, tellAgain }: Extract<DeskRequest, { ask: "accept" }>,
): Promise<File> {
  return storage.change(async () => {
    const home = await openHome(storage);
    const given = { versions: versions.map(readVersion), readTable, tellAgain, at };
    const prepared = await prepareAcceptance(home, given);
    const answer = new Answer("acceptance.json");
    await giveAcceptance(home, prepared, answer, at);
    return {
      text: answer.text,
      said: [acceptanceText(prepared)],
      notes: [...prepared.notes, ...unscaledNote(prepared)],
    };
  });
}

/** @throws AgreementInvalid */
function readVersion(value: unknown): Agreement {
  const parsed = agreement.safeParse(value);
  if (parsed.success) return parsed.data;
  throw agreementInvalid(`what was given is no agreement: ${problemsOf(parsed.error)}`);
}

async function leave({ storage, federation, at }: Desk): Promise<File> {
  const answer = new Answer("leave.json");
  const left = await storage.change(async () =>
    leaveFederation(await openHome(storage), federation, answer, at),
  );
  await storage.untilNothingLeaves();
  const said = `has left ${federation}: every job of it is refused from now on; ${left} updates had left for it`;
  return { text: answer.text, said: [said], notes: [] };
}
