/** The shape of what a customer sends beside text: pictures and files, places, reactions. */
import * as z from 'zod';
import type { Sendable } from '../script.ts';
import { section, text } from './fields.ts';
import { mimeTypeOf } from './media.ts';

const degrees = (most: number) => z.number().min(-most).max(most);

const place = section({
  latitude: degrees(90).describe('In degrees, north of the equator.'),
  longitude: degrees(180).describe('In degrees, east of Greenwich.'),
  name: text.exactOptional().describe('What the place is called.'),
  address: text.exactOptional().describe('Where it is, in words.'),
});

export const sendable = section({
  media: z
    .url({ protocol: /^https?$/, error: () => 'expected an http or https address' })
    .exactOptional()
    .describe('The address of a picture, recording or file.'),
  mimeType: text
    .exactOptional()
    .describe('Of the media; absent: by the ending of its address, else image/jpeg.'),
  caption: text.exactOptional().describe('Words that go with the media.'),
  location: place.exactOptional().describe('A place.'),
  reaction: text
    .meta({ examples: ['👍'] })
    .exactOptional()
    .describe('An emoji, to the last message that came.'),
}).transform((given, context): Sendable => {
  const { media, mimeType, caption, location, reaction } = given;
  const only = [media, location, reaction].filter((one) => one !== undefined).length === 1;
  const bare = media !== undefined || (mimeType ?? caption) === undefined;
  if (only && bare) {
    if (media !== undefined) return mediaContent(media, mimeType, caption);
    if (location !== undefined) return { kind: 'location', ...location };
    if (reaction !== undefined) return { kind: 'reaction', emoji: reaction };
  }
  const message = 'expected one of media (with mimeType, caption), location, reaction';
  context.issues.push({ code: 'custom', message, input: given });
  return z.NEVER;
});

function mediaContent(
  url: string,
  mimeType = mimeTypeOf(url) ?? 'image/jpeg',
  caption?: string,
): Sendable {
  const media = { kind: 'media', url, mimeType } as const;
  return caption === undefined ? media : { ...media, caption };
}
