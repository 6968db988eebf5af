/** Limits of Bring Your Own Channel for CCaaS: those of `byoc`, and of an imported history. */
import { BYOC_LIMITS } from '../byoc/limits.ts';

export const BYOC_CCAAS_LIMITS = {
  ...BYOC_LIMITS,
  /** Of a history (inbound-interaction-api.yaml, AddConversationHistoryRequest). */
  historyParticipants: 3,
  historyEntries: 25,
  /** How old an entry of a history may be (README, ConversationHistory API). */
  historyMs: 24 * 3_600_000,
} as const;
