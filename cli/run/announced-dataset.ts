import type { Dataset } from "../../shared/dataset/dataset.ts";
import { visible } from "../../shared/visible.ts";
import { showDownload } from "../dataset/download-progress.ts";
import { type DataOptions, openDataset } from "../dataset/open.ts";
import type { Session } from "../session.ts";

/** The data set, with what was taken and why said to the person: nothing stands in for MNIST silently. */
export async function announcedDataset(
  session: Session,
  { data, label, classes, numbers, csv, select, schema, clients }: DataOptions,
  say: (text: string) => void,
): Promise<Dataset> {
  const download = showDownload(session.stderr);
  try {
    const dataset = await openDataset({
      data,
      label,
      classes,
      numbers,
      csv,
      select,
      schema,
      clients,
      env: session.env,
      signal: session.signal,
      progress: download.report,
    });
    download.end();
    for (const note of dataset.notes) say(`note: ${visible(note)}`);
    say(
      `data: ${dataset.examples.count.toLocaleString("en")} examples of ${visible(dataset.name)} (${visible(dataset.source)})`,
    );
    return dataset;
  } finally {
    download.end();
  }
}
