import { centreDigit, mnistSide } from "../../shared/dataset/centring.ts";
import { classify } from "../../shared/task/classification/classify.ts";
import { type EmbeddedModelName, type EmbeddedModels, elements } from "./embedded.ts";
import { Pad } from "./pad.ts";
import { sampleDigits } from "./strokes.ts";

/** A pause after which a screen reader is told: while somebody draws, the answer changes with every move. */
const settledMs = 500;
/** On the paper when the page opens. */
const firstSample = 3;

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}

/** Reads the models out of the page and lets its reader draw for them. */
function start(): void {
  const { model, classes, parameters } = JSON.parse(
    element(elements.models, HTMLScriptElement).text,
  ) as EmbeddedModels;
  const models = (Object.entries(parameters) as [EmbeddedModelName, string][]).map(([name, base64]) => ({
    name,
    parameters: new Float32Array(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).buffer),
  }));
  const seen = element(elements.seen, HTMLCanvasElement);
  const verdict = element(elements.verdict, HTMLElement);
  let settling: number | undefined;
  let waiting = false;

  const predict = () => {
    waiting = false;
    const example = centreDigit(pad.ink());
    showSeen(seen, example);
    const answers = models.map(({ name, parameters }) => {
      const probabilities = pad.blank ? undefined : classify(model, parameters, example);
      showBars(name, probabilities, model.outputs);
      if (!probabilities) return "";
      const best = probabilities.indexOf(Math.max(...probabilities));
      return `${name}: ${classes[best]}, ${shown(probabilities[best] ?? 0)}`;
    });
    clearTimeout(settling);
    settling = window.setTimeout(() => {
      verdict.textContent = answers.filter((answer) => answer !== "").join("; ");
    }, settledMs);
  };
  const pad = new Pad(element(elements.pad, HTMLCanvasElement), () => {
    // once a frame is enough, however often the pen reports
    if (!waiting) requestAnimationFrame(predict);
    waiting = true;
  });

  element(elements.clear, HTMLButtonElement).addEventListener("click", () => pad.clear());
  const samples = document.getElementById(elements.samples);
  for (const button of samples?.querySelectorAll("button") ?? []) {
    const strokes = sampleDigits[Number(button.value)];
    if (strokes) button.addEventListener("click", () => pad.show(strokes));
  }
  element(elements.section, HTMLElement).hidden = false;
  if (samples) pad.show(sampleDigits[firstSample] ?? []);
  else predict();
}

function shown(probability: number): string {
  return `${(100 * probability).toFixed(1)} %`;
}

/** The 28 x 28 pixels that the models are given. */
function showSeen(canvas: HTMLCanvasElement, example: Uint8Array): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(mnistSide, mnistSide);
  example.forEach((byte, i) => {
    image.data.set([byte, byte, byte, 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
}

function showBars(name: EmbeddedModelName, probabilities: Float64Array | undefined, classes: number): void {
  const most = probabilities ? Math.max(...probabilities) : Number.POSITIVE_INFINITY;
  for (let label = 0; label < classes; label++) {
    const cell = document.getElementById(`${elements.predictions}-${name}-${label}`);
    if (!cell) continue;
    const probability = probabilities?.[label] ?? 0;
    cell.style.setProperty("--share", String(probability));
    cell.toggleAttribute("data-best", probability === most);
    const value = cell.querySelector("span");
    if (value) value.textContent = probabilities ? shown(probability) : "";
  }
}

start();
