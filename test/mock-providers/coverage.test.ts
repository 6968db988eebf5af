/** The coverage tables of mock-providers/README.md say what the platforms really serve. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../mock-providers/index.ts';
import { createVirtualClock } from '../../sim/clock/virtual.ts';
import { CHANNEL_KINDS, type WiredChannel } from '../../src/channels/index.ts';
import { respond } from '../../src/http.ts';
import { channelOf } from '../channels/driving.ts';

const README = readFileSync(join(import.meta.dirname, '../../mock-providers/README.md'), 'utf8');

interface Row {
  readonly what: string;
  readonly covered: string;
}

function rowsOf(type: WiredChannel): readonly Row[] {
  // The heading ends with the type: `## SMS (Twilio): sms`.
  const heading = new RegExp(`^## .*: ${type}$`, 'm').exec(README);
  if (heading === null) return [];
  const rest = README.slice(heading.index + heading[0].length);
  const section = rest.slice(0, /^## /m.exec(rest)?.index ?? rest.length);
  return Array.from(
    section.matchAll(/^\| `([^`]+)` +\| (\w+) +\|/gm),
    ([, what = '', covered = '']) => {
      return { what, covered };
    },
  );
}

function providerOf(type: WiredChannel) {
  return PROVIDERS[type]({
    channelId: type,
    channel: channelOf(type, { address: CHANNEL_KINDS[type].address.example }),
    clock: createVirtualClock(),
    transport: { send: async () => respond(200) },
    webhookUrl: 'http://stack.test/hook',
    publicUrl: 'http://platform.test',
    random: () => 0.5,
    delays: { inboundMs: () => 0, deliveryMs: () => 0, readMs: () => undefined },
    batchMs: () => 0,
  });
}

describe.each(Object.keys(PROVIDERS) as WiredChannel[])('the table of %s', (type) => {
  const rows = rowsOf(type);
  const isEndpoint = ({ what }: Row) => /^[A-Z]+ \//.test(what);
  const covered = rows.filter((row) => row.covered !== 'no');

  it('says yes, partly or no', () => {
    expect(rows.length, 'the section is missing, or has no rows').toBeGreaterThan(0);
    expect([...new Set(rows.map((row) => row.covered))].sort()).toEqual(
      expect.arrayContaining(['yes']),
    );
    for (const row of rows) expect(['yes', 'partly', 'no']).toContain(row.covered);
  });

  it('names every endpoint that is served, and no other', () => {
    const endpoints = covered.filter(isEndpoint).map(({ what }) => what);
    expect(endpoints.toSorted()).toEqual([...providerOf(type).endpoints].sort());
  });

  it('names every event that may be sent, and no other', () => {
    const events = covered.filter((row) => !isEndpoint(row)).map(({ what }) => what);
    expect(events.toSorted()).toEqual([...providerOf(type).events].sort());
  });
});
