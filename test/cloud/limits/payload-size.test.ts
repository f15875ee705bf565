import { describe, expect, test } from "vitest";
import { checkConfig } from "../../../cloud/limits/check-config.ts";
import { payloadBytes } from "../../../cloud/limits/payload-size.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";

const configOf = (...set: string[]) => resolveConfig({ preset: "paper", set });

/** What the state holds of one more participant, written out. */
const participant = '{"client":9,"task":"evaluate"},';
const report =
  `{"client":9,"sha256":"${"a".repeat(64)}",` +
  '"from":1999999999999,"to":1999999999999,"usage":{"count":1,"cold":1,"billedMs":900000,"gbSeconds":449.9995}},';

describe("the state of a round", () => {
  test("grows by each participant and its report", () => {
    const more =
      payloadBytes(configOf("partition.clients=10")) - payloadBytes(configOf("partition.clients=9"));
    expect(more).toBe(participant.length + report.length);
  });

  test("has longer numbers for clients beyond the ninth", () => {
    const more =
      payloadBytes(configOf("partition.clients=12")) - payloadBytes(configOf("partition.clients=11"));
    expect(more).toBe(participant.length + report.length + 2);
  });

  test("of more participants than Step Functions passes on is refused with how many fit", () => {
    // all of them evaluate on the publisher's test set, so that a final pass of one leaves the history room
    const of = (clients: number) =>
      configOf(`partition.clients=${clients}`, "federation.evaluation=test-set", "baseline.enabled=false");
    const attempt = () => checkConfig(of(2_000));
    expect(attempt).toThrow(expect.objectContaining({ name: "PayloadTooLarge" }));
    expect(attempt).toThrow(
      /^partition\.clients: .* 262144; lower partition\.clients or federation\.fraction/,
    );
    let message = "";
    try {
      attempt();
    } catch (error) {
      message = String(error);
    }
    // the examiner is one of them
    const fit = Number(/at most (\d+) take part/.exec(message)?.[1]) - 1;
    expect(() => checkConfig(of(fit))).not.toThrow();
    expect(payloadBytes(of(fit + 10))).toBeGreaterThan(256 * 1024);
  });
});
