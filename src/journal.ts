/**
 * What has begun to be sent, written down in the thread, so that another process can tell what this
 * one may have sent when it ended. Only where the store outlives the process.
 */
import * as lifecycle from './sessions/lifecycle.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { BegunSend, Thread } from './sessions/thread.ts';

export function createJournal({ sessions }: { readonly sessions: Sessions }) {
  const open = new Set<string>();
  return {
    /** Whether this very send is under way in this process. */
    isOpen: (sendId: string) => open.has(sendId),
    /** False when the customer has opted out since, and that counts. */
    async begin(
      { key, channelId }: Thread,
      send: BegunSend,
      mayFollowOptOut: boolean,
    ): Promise<boolean> {
      open.add(send.id);
      const begun = await sessions.update(key, channelId, (thread) =>
        lifecycle.sending(thread, send, mayFollowOptOut),
      );
      return begun !== undefined;
    },
    /** It failed: surely, or nobody will ever know. */
    async strike({ key, channelId }: Thread, sendId: string, isDefinite: boolean): Promise<void> {
      if (!open.has(sendId)) return;
      const step = isDefinite ? lifecycle.notSent : lifecycle.uncertain;
      await sessions.update(key, channelId, (thread) => step(thread, sendId));
    },
    /** This process is done with it; what is still written down is for others to find. */
    over: (sendId: string) => open.delete(sendId),
  };
}
