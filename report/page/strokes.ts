/** A pen's way over the paper, point after point; x to the right and y down, both 0 ... 1. */
export type Stroke = readonly (readonly [x: number, y: number])[];

/** Ten digits as a hand would draw them, for those who cannot draw or do not want to. */
export const sampleDigits: readonly (readonly Stroke[])[] = [
  [ellipse(0.5, 0.5, 0.2, 0.31, -90, 270)],
  [
    [
      [0.42, 0.28],
      [0.53, 0.18],
      [0.52, 0.5],
      [0.5, 0.82],
    ],
  ],
  [
    [
      ...ellipse(0.48, 0.36, 0.19, 0.18, -170, 25),
      [0.56, 0.57],
      [0.43, 0.69],
      [0.28, 0.78],
      [0.45, 0.78],
      [0.6, 0.8],
      [0.78, 0.79],
    ],
  ],
  [[...ellipse(0.47, 0.34, 0.19, 0.16, -150, 80), ...ellipse(0.47, 0.66, 0.21, 0.17, -80, 150)]],
  [
    [
      [0.36, 0.2],
      [0.32, 0.38],
      [0.3, 0.53],
      [0.48, 0.54],
      [0.7, 0.51],
    ],
    [
      [0.64, 0.22],
      [0.62, 0.45],
      [0.59, 0.82],
    ],
  ],
  [
    [
      [0.69, 0.2],
      [0.53, 0.2],
      [0.39, 0.22],
      [0.36, 0.34],
      [0.34, 0.47],
      ...ellipse(0.46, 0.62, 0.2, 0.19, -95, 140),
    ],
  ],
  [[[0.6, 0.17], [0.48, 0.28], [0.38, 0.43], [0.33, 0.6], ...ellipse(0.48, 0.65, 0.16, 0.16, 180, -175)]],
  [
    [
      [0.29, 0.24],
      [0.48, 0.24],
      [0.7, 0.22],
      [0.63, 0.38],
      [0.54, 0.58],
      [0.46, 0.82],
    ],
  ],
  [
    [
      ...ellipse(0.5, 0.33, 0.15, 0.15, -40, -270),
      ...ellipse(0.5, 0.65, 0.17, 0.17, -90, 270),
      ...ellipse(0.5, 0.33, 0.15, 0.15, 90, -40),
    ],
  ],
  [[...ellipse(0.49, 0.36, 0.17, 0.17, -10, -370), [0.65, 0.52], [0.61, 0.68], [0.56, 0.83]]],
];

/** Part of an ellipse from one angle to another in degrees, 0 at the right, 90 below. */
function ellipse(
  x: number,
  y: number,
  across: number,
  down: number,
  from: number,
  to: number,
): [number, number][] {
  const steps = Math.ceil(Math.abs(to - from) / 12);
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / steps) * Math.PI) / 180;
    return [x + across * Math.cos(angle), y + down * Math.sin(angle)];
  });
}
