import { keys } from "../../shared/layout.ts";
import { writeInHome } from "../write-in-home.ts";

/** Puts the page where the person can open it: HOME/runs/RUN/report.html. Returns the path. @throws HomeUnwritable */
export function saveReport(home: string, run: string, page: Uint8Array | string): Promise<string> {
  const otherwise = "write it elsewhere by fedstep report --html FILE, or take another --home";
  return writeInHome(home, keys.report(run), page, otherwise);
}
