import { existsSync } from "node:fs";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ownerHomeInvalid } from "../../shared/errors.ts";
import { makeFolder } from "../../system/make-folder.ts";

/** Where a demonstration lies: what is whose. */
export interface DemoHome {
  readonly folder: string;
  /** The coordinator's home, as local runs have it. */
  readonly coordinator: string;
  /** The files by which owners and coordinator come to an agreement, as they would mail them. */
  readonly mail: string;
  /** The tables that are made up; none where owners bring theirs. */
  readonly tables: string;
  /** Tables of the clients that the coordinator trains itself; none where all are owners'. */
  readonly clients: string;
  /** What the owners' processes say. */
  readonly logs: string;
  readonly ownerHome: (name: string) => string;
}

/**
 * @param given by --home; without it a folder among the system's temporary ones, which stays for whoever wants to look
 * @throws OwnerHomeInvalid where something is there already, HomeUnwritable
 */
export async function makeDemoHome(given: string | undefined): Promise<DemoHome> {
  const folder = given === undefined ? await mkdtemp(join(tmpdir(), "fedstep-demo-")) : resolve(given);
  const home: DemoHome = {
    folder,
    coordinator: join(folder, "coordinator"),
    mail: join(folder, "mail"),
    tables: join(folder, "tables"),
    clients: join(folder, "clients"),
    logs: join(folder, "logs"),
    ownerHome: (name) => join(folder, "owners", name),
  };
  const isTaken = async (path: string) => existsSync(path) && (await readdir(path)).length > 0;
  // assemblies, which hold no data, may be there beforehand: a home of runs that is used again brings them
  if ((await isTaken(join(folder, "owners"))) || (await isTaken(join(home.coordinator, "s3")))) {
    throw ownerHomeInvalid(
      `--home: ${folder} holds a federation already, whose keys and logs are not made anew; name another folder, or remove it`,
    );
  }
  for (const path of [home.coordinator, home.mail, home.logs, join(folder, "owners")]) await makeFolder(path);
  return home;
}
