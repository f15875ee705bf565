import type { Config } from "../config/schema.ts";
import { fedAvg } from "./fedavg.ts";
import type { Strategy } from "./strategy.ts";

export const strategies: Readonly<Record<Config["federation"]["strategy"], Strategy>> = { FedAvg: fedAvg };
