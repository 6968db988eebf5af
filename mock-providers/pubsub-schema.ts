/**
 * The Avro schema of a platform event, in the form in which Salesforce gives it out, and events to
 * and from Avro's binary form by it.
 */
import { createHash } from 'node:crypto';
import avro from 'avsc';
import { uuidOf } from '../src/channels/uuid.ts';
import type { BusEvent, EventValues } from './pubsub-log.ts';

export interface EventSchema {
  /** Avro, as JSON. */
  readonly json: string;
  /** A fingerprint of it: 22 characters of Base64 for URLs. */
  readonly id: string;
  encode(event: Pick<BusEvent, 'publishedMs' | 'values'>): Buffer;
  /** Nothing if they are not the bytes of exactly one event. */
  decode(payload: Buffer): EventValues | undefined;
}

export function createEventSchema(schemaName: string, fields: readonly string[]): EventSchema {
  const json = JSON.stringify({
    type: 'record',
    name: schemaName,
    namespace: 'com.sforce.eventbus',
    fields: [
      { name: 'CreatedDate', type: 'long', doc: 'CreatedDate:DateTime' },
      { name: 'CreatedById', type: 'string', doc: 'CreatedBy:EntityId' },
      ...fields.map((name) => ({
        name,
        type: ['null', 'string'],
        doc: `Data:Text:${fieldId(`${schemaName}.${name}`)}`,
        default: null,
      })),
    ],
  });
  const type = avro.Type.forSchema(JSON.parse(json));
  return {
    json,
    id: createHash('md5').update(json).digest('base64url'),
    encode({ publishedMs, values }) {
      const custom = fields.map((name) => [name, textOf(values[name])]);
      return type.toBuffer({
        CreatedDate: Math.floor(Number(values.CreatedDate ?? publishedMs)),
        CreatedById: textOf(values.CreatedById) ?? SOME_USER,
        ...Object.fromEntries(custom),
      });
    },
    decode(payload) {
      try {
        const record: Record<string, string | number | null> = type.fromBuffer(payload);
        return Object.fromEntries(
          Object.entries(record).filter((entry): entry is [string, string | number] => {
            return entry[1] !== null;
          }),
        );
      } catch {
        return undefined;
      }
    },
  };
}

/** A user id of the right form: whoever sent the event, if the publisher does not say. */
const SOME_USER = '005000000000001AAA';

function textOf(value: string | number | undefined): string | null {
  return value === undefined ? null : String(value);
}

/** The 15 characters by which Salesforce knows a custom field. */
function fieldId(name: string): string {
  return `00N${uuidOf(name).replaceAll('-', '').slice(0, 12)}`;
}
