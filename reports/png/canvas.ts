/** Charts as PNG pictures, by Chart.js on a canvas without a browser. */
import type { ChartConfiguration } from 'chart.js';
import { ChartJSNodeCanvas } from 'chartjs-node-canvas';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Twice the pixels, so that it is sharp on the screens of today and in print. */
const PIXEL_RATIO = 2;

export function drawChart(configuration: ChartConfiguration, size: PictureSize): Buffer {
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
