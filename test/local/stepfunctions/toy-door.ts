import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { Service } from "../../../local/endpoint/endpoint.ts";
import { eventually } from "../lambda/toy-functions.ts";

/** A Lambda whose every function takes what it is given, and answers nothing. */
export function toyDoor() {
  const tokens: string[] = [];
  const take = async (request: IncomingMessage): Promise<void> => {
    tokens.push(JSON.parse(await text(request)).token);
  };
  const lambda: Service = (request, response) => {
    void take(request).then(() => response.writeHead(200, { "content-type": "application/json" }).end("{}"));
  };
  return {
    lambda,
    /** The nth token that it was given, counted from 1. */
    async token(nth = 1): Promise<string> {
      await eventually(`token ${nth} was given`, () => tokens.length >= nth, 30_000);
      return tokens[nth - 1] ?? "";
    },
  };
}
