import * as z from "zod";
import { adaptive, adaptiveSettings } from "./adaptive.ts";
import { defineStrategy } from "./define.ts";
import { nameField } from "./settings.ts";

/** The adaptive server with Adagrad's sum of squares: v = v + Delta^2 (Reddi et al. 2021, algorithm 2). */
export const fedAdagrad = defineStrategy(
  z
    .strictObject({
      name: nameField("FedAdagrad"),
      learningRate: adaptiveSettings.learningRate(0.1),
      beta1: adaptiveSettings.beta1(0),
      tau: adaptiveSettings.tau,
    })
    .describe("Adagrad at the server (Reddi et al. 2021, arXiv:2003.00295)."),
  (settings) => adaptive(settings, (v, squared) => v + squared),
);
