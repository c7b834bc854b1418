/** A straight line through samples, by least squares. */
export interface Slope {
  readonly perX: number;
  /** Half the width of the 95 % interval, were the samples independent of each other. */
  readonly within: number;
}

export type Point = readonly [x: number, y: number];

/** Of at least three points with different `x`. */
export function slopeOf(points: readonly Point[]): Slope {
  const count = points.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  let squares = 0;
  let products = 0;
  for (const [x, y] of points) {
    squares += (x - meanX) ** 2;
    products += (x - meanX) * (y - meanY);
  }
  if (count < 3 || squares === 0) throw new RangeError(`No line through ${count} points`);
  const perX = products / squares;
  let residue = 0;
  for (const [x, y] of points) residue += (y - meanY - perX * (x - meanX)) ** 2;
  const error = Math.sqrt(residue / (count - 2) / squares);
  return { perX, within: quantile(count - 2) * error };
}

/** Student's t at 97.5 %, by the first terms of its expansion: within 1 % from 5 degrees on. */
function quantile(degrees: number): number {
  const z = 1.959964;
  return z + (z ** 3 + z) / (4 * degrees) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
