/**
 * Limits of Bring Your Own Channel, and what can be offered as what because of them. Lengths are
 * counted in UTF-16 units. There is no reply window: it is the partner's channel.
 */
import type { Choice } from '../../message.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export const BYOC_LIMITS = {
  /** `to` and `from` (inbound-interaction-api.yaml; the guide says 240 of both). */
  to: 240,
  from: 255,
  /** Interactions of a request: this many, no more and no less (same file). */
  interactions: 1,
  /** Bytes of a file (ERRORCODES.md, 10008). */
  attachmentBytes: 25 * 1024 * 1024,
  /** In a request (README, Acknowledgement API). */
  acknowledgements: 25,
  /** Entries of a page (inbound-interaction-api.yaml, GetConversationEntriesResponse). */
  entries: 20,
  /** Of a long text area, as the event's payload is (Salesforce help: Custom Field Types). */
  payload: 131_072,
  /** Text of an outbound message. Ours: were all of it escaped, its JSON would still fit above. */
  text: 20_000,
  /** How long an access token is good. From memory: the default of JWT-based access tokens. */
  tokenMs: 30 * MINUTE,
  /** How long the org waits for its own service. Ours. */
  serviceTimeoutMs: 10 * SECOND,
} as const;

/** How choices can be offered, given what the partner registered; nothing: only as words. */
export function choicesFormatOf(
  choices: readonly Choice[],
  capabilities: ReadonlySet<string>,
): 'Buttons' | 'QuickReplies' | undefined {
  const isDistinct = new Set(choices.map(({ id }) => id)).size === choices.length;
  const isNamed = choices.every(({ id, title }) => id !== '' && title.trim() !== '');
  if (choices.length === 0 || !isDistinct || !isNamed) return undefined;
  if (capabilities.has('Buttons')) return 'Buttons';
  return capabilities.has('QuickReplies') ? 'QuickReplies' : undefined;
}
