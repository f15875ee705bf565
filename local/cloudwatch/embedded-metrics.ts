import * as z from "zod";

/**
 * The embedded metric format, as CloudWatch Logs takes metrics out of log lines ("Specification: Embedded metric
 * format", Amazon CloudWatch user guide): a JSON object whose field _aws says which of its other fields are metrics,
 * and which are their dimensions.
 */
const directives = z.object({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string().min(1),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

/** A line of metrics under one of the sets of dimensions that it names. */
export interface MetricLine {
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** The line as it was written: metrics, dimensions and what else it says. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** The metrics in what a function logged. Lines of another form stay log lines, as on AWS. */
export function metricLinesOf(log: string): MetricLine[] {
  return log.split("\n").flatMap((line) => (line.includes('"_aws"') ? metricLines(line) : []));
}

function metricLines(line: string): MetricLine[] {
  const content = parseObject(line);
  const parsed = directives.safeParse(content);
  if (content === undefined || !parsed.success) return [];
  return parsed.data._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions }) =>
    Dimensions.map((names) => ({
      namespace: Namespace,
      dimensions: Object.fromEntries(names.map((name) => [name, String(content[name])])),
      content,
    })),
  );
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
