import { describe, expect, it } from 'vitest';
import { AT_MS } from '../driving.ts';
import { adapterWith, BUSINESS, fixture, type Message, receive, webhook } from './apple.ts';

function eventsOf(message: Message) {
  const received = receive(webhook(message));
  if (!received.ok) throw new Error(received.reason);
  expect(received.response).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  return received.events;
}

function contentOf(name: string) {
  const [event] = eventsOf(fixture(name));
  return event?.kind === 'message' ? event.content : event;
}

const TEXT = fixture('text');

describe('documented webhooks', () => {
  it('a text', () => {
    expect(eventsOf(TEXT)).toEqual([
      {
        kind: 'message',
        messageId: TEXT.id,
        from: TEXT.sourceId,
        content: { kind: 'text', text: 'Nice to meet you' },
      },
    ]);
  });

  it('attachments: one message each, the words with the first, no placeholders', () => {
    const { id, sourceId: from } = fixture('attachments');
    const owner = 'M58C0A1A2EB62B6E899B4F28996E8DA229E1914295299C39944B2F2CA7482AE50.C01USN00';
    const url = `https://p61-content.icloud.com/${owner}`;
    expect(eventsOf(fixture('attachments'))).toEqual([
      {
        kind: 'message',
        messageId: id,
        from,
        content: { kind: 'media', url, mimeType: 'image/jpg', caption: 'Look at these' },
      },
      {
        kind: 'message',
        messageId: `${id}/1`,
        from,
        content: { kind: 'media', url, mimeType: 'audio/x-caf' },
      },
    ]);
  });

  it('signs of life, and the end', () => {
    const from = TEXT.sourceId;
    expect(eventsOf(fixture('typing-start'))).toEqual([{ kind: 'typing', from, on: true }]);
    expect(eventsOf(fixture('typing-end'))).toEqual([{ kind: 'typing', from, on: false }]);
    expect(eventsOf(fixture('close'))).toEqual([{ kind: 'ended', from }]);
  });

  it('answers that pick something', () => {
    const choice = (id: string, title: string) => ({ kind: 'choice', id, title });
    expect(contentOf('quick-reply')).toEqual(choice('2', 'Ask for office hours'));
    expect(contentOf('list-picker')).toEqual(choice('2,6', 'I2, I6'));
    expect(contentOf('list-picker-whole')).toEqual(choice('1', 'Apple'));
    expect(contentOf('time-picker')).toEqual(choice('0', '2022-07-10T17:00+0000'));
    expect(contentOf('title-only')).toEqual(choice('Thank you!', 'Thank you!'));
  });

  it('answers that tell something', () => {
    const text = (text: string) => ({ kind: 'text', text });
    expect(contentOf('authenticate')).toEqual(text('You Signed In'));
    expect(contentOf('form')).toEqual(text('Colour: Red\nName: Zoë'));
    expect(contentOf('data-ref')).toEqual(text('Select Produce'));
  });
});

describe('other forms', () => {
  const contentIn = (data: object, more: object = {}) => {
    const { interactiveData: _, ...base } = fixture('quick-reply');
    const message = { ...base, interactiveData: { bid: 'x', data }, ...more } as Message;
    const [event] = eventsOf(message);
    return event?.kind === 'message' ? event.content : event;
  };

  it('a selection by index alone, by id alone, by the older place of a time', () => {
    const items = [
      { identifier: 'a', title: 'A' },
      { identifier: 'b', title: 'B' },
    ];
    const a = { kind: 'choice', id: 'a', title: 'A' };
    expect(contentIn({ 'quick-reply': { items, selectedIndex: 0 } })).toEqual(a);
    const reply = { 'quick-reply': { selectedIdentifier: 'a' }, replyMessage: { title: 'A' } };
    expect(contentIn(reply)).toEqual(a);
    const timeslots = [{ startTime: '2026-11-23T09:00+0000' }];
    expect(contentIn({ timePicker: { event: { timeslots } } })).toMatchObject({
      id: '2026-11-23T09:00+0000',
    });
  });

  it('the data itself rather than the reference, where both are', () => {
    const interactiveDataRef = { title: 'the reference' };
    const list = { sections: [{ items: [{ identifier: '1', title: 'One' }] }] };
    expect(contentIn({ listPicker: list }, { interactiveDataRef })).toMatchObject({ id: '1' });
  });

  it('says what it can not show', () => {
    const text = (text: string) => ({ kind: 'text', text });
    expect(contentIn({})).toEqual(text('[unsupported: interactive]'));
    expect(contentIn({ payment: {} })).toEqual(text('[unsupported: payment]'));
    const of = (more: object) => eventsOf({ ...TEXT, ...more } as Message)[0];
    expect(of({ type: 'richLink' })).toMatchObject({ content: text('[unsupported: richLink]') });
    const bare = { type: 'interactive', interactiveDataRef: {} };
    expect(of(bare)).toMatchObject({ content: text('[unsupported: large answer]') });
    const lost = { body: 'look \ufffc', attachments: [{ mimeType: 'image/png' }] };
    expect(of(lost)).toMatchObject({ content: text('look\n[unsupported: image/png]') });
  });

  it('a body that something before the stack has inflated, headers it has dropped', () => {
    const body = Buffer.from(JSON.stringify(TEXT));
    const dropped = { id: undefined, 'source-id': undefined, 'destination-id': undefined };
    expect(receive(webhook(TEXT, dropped, { body })).ok).toBe(true);
  });

  it('the business as it stands in links, on either side', () => {
    const urn = `urn:biz:${BUSINESS}`;
    const message = { ...TEXT, destinationId: urn };
    expect(receive(webhook(message)).ok).toBe(true);
    expect(adapterWith({}, urn).receive(webhook(TEXT), AT_MS).ok).toBe(true);
  });
});
