import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../../src/http.ts';
import { event, fixture, PERSON, receive, webhook } from './page.ts';

function eventsOf(request: HttpRequest) {
  const received = receive(request);
  if (!received.ok) throw new Error(received.reason);
  expect(received.response.status).toBe(200);
  expect(received.response.body.toString()).toBe('EVENT_RECEIVED');
  return received.events;
}

function contentsOf(message: object) {
  return eventsOf(event({ message: { mid: 'm_x', ...message } })).map((one) => {
    return one.kind === 'message' ? one.content : undefined;
  });
}

describe('documented webhooks', () => {
  const of = (name: string) => eventsOf(webhook(fixture(name)));

  it('a text, escapes and all, with the time it was sent', () => {
    const mid =
      'm_AG5Hz2Uq7tuwNEhXfYYKj8mJEM_QPpz5jdCK48PnKAjSdjfipqxqMvK8ma6AC8fplwlqLP_5cgXIbu7I3rBN0P';
    expect(of('text')).toEqual([
      {
        kind: 'message',
        messageId: mid,
        from: PERSON,
        content: { kind: 'text', text: 'Grüße, wörld! ☕ https://example.com/a' },
        sentMs: 1458692752478,
      },
    ]);
    expect(of('reply')).toMatchObject([{ content: { kind: 'text', text: 'hello, world!' } }]);
  });

  it('a quick reply and a button', () => {
    const red = { kind: 'choice', id: 'DEVELOPER_DEFINED_PAYLOAD', title: 'Red' };
    expect(of('quick-reply')).toMatchObject([{ content: red }]);
    const start = { kind: 'choice', id: 'USER_DEFINED_PAYLOAD', title: 'Get Started' };
    expect(of('postback')).toMatchObject([{ messageId: 'm_MESSAGE-ID', content: start }]);
  });

  it('an image, a sticker once, a place, a shared link', () => {
    const url = 'https://scontent.xx.fbcdn.net/v/a.png?_nc_cat=1';
    expect(of('image')).toMatchObject([{ content: { kind: 'media', url, mimeType: 'image/png' } }]);
    const like = 'https://scontent.xx.fbcdn.net/v/t39.1997-6/like.png';
    expect(of('sticker').map((one) => one.kind === 'message' && one.content)).toEqual([
      { kind: 'media', url: like, mimeType: 'image/png' },
    ]);
    const place = { kind: 'location', latitude: 50.0902163, longitude: 14.3973905, name: 'Pin' };
    expect(of('location')).toMatchObject([{ content: place }]);
    expect(of('fallback')).toMatchObject([
      { content: { kind: 'text', text: 'https://example.com/a' } },
    ]);
    expect(of('fallback')).toHaveLength(1);
  });

  it('a reaction, whose id is the same whenever it comes', () => {
    const [reaction] = of('reaction');
    const content = { kind: 'reaction', emoji: '❤️', messageId: 'm_REACTED-TO' };
    expect(reaction).toMatchObject({ kind: 'message', content });
    expect(of('reaction')).toEqual([reaction]);
    const other = event({ reaction: { action: 'unreact', mid: 'm_REACTED-TO' } });
    const [taken] = eventsOf(other);
    expect(taken).toMatchObject({ content: { ...content, emoji: '' } });
    expect(taken?.kind === 'message' && taken.messageId).not.toBe(
      reaction?.kind === 'message' && reaction.messageId,
    );
  });

  it('deliveries by id, or by watermark; readings by watermark', () => {
    const messageId = 'mid.1458668856218:ed81099e15d3f4f233';
    const receipt = { kind: 'receipt', messageId, to: PERSON, status: 'delivered' };
    expect(of('delivery')).toEqual([receipt]);
    const watermark = { kind: 'watermark', to: PERSON, untilMs: 1458668856253 };
    expect(of('read')).toEqual([{ ...watermark, status: 'read' }]);
    for (const mids of [undefined, [], [7]]) {
      const request = event({ delivery: { mids, watermark: 1458668856253 } });
      expect(eventsOf(request)).toEqual([{ ...watermark, status: 'delivered' }]);
    }
  });

  it.each(['echo', 'referral', 'handover', 'optin', 'edit', 'standby'])(
    '%s is taken, and tells a rep nothing',
    (name) => expect(of(name)).toEqual([]),
  );

  it('a batch: every entry of ours, every event', () => {
    expect(of('batch')).toMatchObject([
      { kind: 'message', messageId: 'm_one', sentMs: 1 },
      { kind: 'message', messageId: 'm_two', sentMs: 2 },
      { kind: 'watermark', to: '7200000000000002', status: 'read', untilMs: 4 },
    ]);
  });
});

describe('other contents', () => {
  const media = (type: string, url: string) => ({ type, payload: { url } });

  it.each([
    ['image', 'https://x.test/a', 'image/jpeg'],
    ['image', 'https://x.test/a.GIF#x', 'image/gif'],
    ['audio', 'https://x.test/a.mp4?x=1', 'audio/mp4'],
    ['audio', 'https://x.test/a.mp3', 'audio/mpeg'],
    ['video', 'https://x.test/a', 'video/mp4'],
    ['file', 'https://x.test/a.pdf', 'application/pdf'],
    ['file', 'https://x.test/a.xyz', 'application/octet-stream'],
    ['sticker', 'https://x.test/a', 'image/png'],
  ])('%s %s is %s', (type, url, mimeType) => {
    expect(contentsOf({ attachments: [media(type, url)] })).toEqual([
      { kind: 'media', url, mimeType },
    ]);
  });

  it('several attachments at once, each with an id of its own', () => {
    const [a, b] = [media('image', 'https://x.test/a'), media('image', 'https://x.test/b')];
    const message = { mid: 'm_x', text: 'look', attachments: [a, b] };
    expect(eventsOf(event({ message }))).toMatchObject([
      { messageId: 'm_x', content: { kind: 'media', url: 'https://x.test/a', caption: 'look' } },
      { messageId: 'm_x#2', content: { kind: 'media', url: 'https://x.test/b' } },
    ]);
  });

  it('what the stack has no words for is shown as such, never dropped', () => {
    const unknown = (type: string) => [{ kind: 'text', text: `[unsupported: ${type}]` }];
    expect(contentsOf({})).toEqual(unknown('message'));
    expect(contentsOf({ attachments: [{ type: 'fallback' }] })).toEqual(unknown('fallback'));
    expect(contentsOf({ attachments: [{ type: 'image' }] })).toEqual(unknown('image'));
    expect(contentsOf({ attachments: [{}] })).toEqual(unknown('attachment'));
    const location = { type: 'location', payload: { coordinates: { lat: 1 } } };
    expect(contentsOf({ attachments: [location] })).toEqual(unknown('location'));
    const reel = { type: 'reel', payload: { url: 'https://x.test/r', title: 'A reel' } };
    expect(contentsOf({ attachments: [reel] })).toEqual([
      { kind: 'text', text: 'A reel\nhttps://x.test/r' },
    ]);
    expect(contentsOf({ text: 'see', attachments: [{ type: 'hologram' }] })).toEqual([
      { kind: 'text', text: 'see' },
      ...unknown('hologram'),
    ]);
  });

  it('postbacks without id or payload', () => {
    const postback = { title: 'Yes' };
    const [first] = eventsOf(event({ postback }));
    expect(first).toMatchObject({ content: { kind: 'choice', id: 'Yes', title: 'Yes' } });
    expect(eventsOf(event({ postback }))).toEqual([first]);
    const later = eventsOf(event({ postback, timestamp: 2000 }))[0];
    expect(later).not.toEqual(first);
  });

  it('reactions without emoji go by their name', () => {
    const [reaction] = eventsOf(
      event({ reaction: { reaction: 'wow', action: 'react', mid: 'm' } }),
    );
    expect(reaction).toMatchObject({ content: { emoji: 'wow' } });
  });

  it('a time that is none is left out', () => {
    const [said] = eventsOf(event({ message: { mid: 'm_x', text: 'x' }, timestamp: 'soon' }));
    expect(said).not.toHaveProperty('sentMs');
  });
});
