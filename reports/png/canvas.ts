/** Charts as PNG pictures, by Chart.js on a canvas without a browser. */
import type { ChartConfiguration } from 'chart.js';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Twice the pixels, so that it is sharp on the screens of today and in print. */
const PIXEL_RATIO = 2;

export type Draw = (configuration: ChartConfiguration, size: PictureSize) => Buffer;

/**
 * A way to draw; nothing where the optional dependency `chartjs-node-canvas` could not be
 * installed, as its canvas may need to be compiled.
 */
export async function openCanvas(): Promise<Draw | undefined> {
  const library = await import('chartjs-node-canvas').catch(() => undefined);
  return library && ((configuration, size) => draw(library, configuration, size));
}

function draw(
  { ChartJSNodeCanvas }: typeof import('chartjs-node-canvas'),
  configuration: ChartConfiguration,
  size: PictureSize,
): Buffer {
  const canvas = new ChartJSNodeCanvas({
    ...size,
    backgroundColour: 'white',
    chartCallback(chart) {
      chart.defaults.devicePixelRatio = PIXEL_RATIO;
      chart.defaults.font.family = 'DejaVu Sans, Helvetica, Arial, sans-serif';
      chart.defaults.animation = false;
      chart.defaults.responsive = false;
    },
  });
  return canvas.renderToBufferSync(configuration, 'image/png');
}
