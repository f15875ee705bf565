import * as z from "zod";
import { adaptive, adaptiveSettings } from "./adaptive.ts";
import { defineStrategy } from "./define.ts";
import { nameField } from "./settings.ts";

/** The adaptive server with Adam's running mean: v = beta2 v + (1 - beta2) Delta^2 (Reddi et al. 2021, algorithm 2). */
export const fedAdam = defineStrategy(
  z
    .strictObject({
      name: nameField("FedAdam"),
      learningRate: adaptiveSettings.learningRate(0.01),
      beta1: adaptiveSettings.beta1(0.9),
      beta2: adaptiveSettings.beta2,
      tau: adaptiveSettings.tau,
    })
    .describe("Adam at the server (Reddi et al. 2021, arXiv:2003.00295)."),
  (settings) => adaptive(settings, (v, squared) => settings.beta2 * v + (1 - settings.beta2) * squared),
);
