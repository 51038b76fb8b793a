import type { MessageState } from '../api/client';
import { t } from '../i18n';
import { Icon, type IconName } from '../ui/Icon';

export type ShownState = MessageState | 'sending';

const ICONS: Record<ShownState, IconName | null> = {
  sending: 'up',
  queued: 'clock',
  relayed: 'check',
  delivered: 'checks',
  read: 'checks',
  refused: 'alert',
  received: null,
};

/** How far a message has come, in a word. */
export const stateText = (state: ShownState, relays: number): string => (state === 'relayed' ? t().relayed(relays) : t().states[state]);

export function StateIcon({ state, relays }: { state: ShownState; relays: number }) {
  const icon = ICONS[state];
  if (!icon) return null;
  return (
    <span class={`state state-${state}`} title={stateText(state, relays)}>
      <Icon name={icon} size={15} />
      <span class="offscreen">{stateText(state, relays)}</span>
    </span>
  );
}
