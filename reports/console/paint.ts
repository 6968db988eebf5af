/** Colours on a terminal that has them. */
import { styleText } from 'node:util';
import type { Paint } from './format.ts';

export function createPaint(colour: boolean): Paint {
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}
