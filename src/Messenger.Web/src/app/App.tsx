import { useEffect } from 'preact/hooks';
import { ConversationView } from '../conversation/ConversationView';
import { MessageDetails } from '../conversation/MessageDetails';
import { t } from '../i18n';
import { nodeGone } from '../live/live';
import { NodePage } from '../node/NodePage';
import { unsent } from '../outbox/outbox';
import { SignIn } from '../session/SignIn';
import { session } from '../session/session';
import { AddContact } from '../contacts/AddContact';
import { contacts } from '../contacts/contacts';
import { InviteFriend } from '../contacts/InviteFriend';
import { adding, inviting } from '../contacts/shown';
import { SafetyNumber } from '../contacts/Privacy';
import { Sidebar } from '../contacts/Sidebar';
import { ConfirmDialog } from '../ui/confirm';
import { Icon } from '../ui/Icon';
import { Logo } from '../ui/Logo';
import { Keys } from './Keys';
import { route } from './route';
import { listenToKeys } from './shortcuts';
import { startSyncing } from './sync';
import { announcement, dismiss, toasts } from './toasts';

export function App() {
  const state = session.value;
  if (state === 'out') return <SignIn />;
  // Whoever was signed in can go on writing while the node is away.
  if (state === 'in' || (state === 'away' && contacts.value)) return <Messenger />;
  return (
    <main class="welcome">
      <div class="card">
        <Logo size={72} />
        <h1>{t().appName}</h1>
        <p class="muted" role="status">{state === 'away' ? t().waitingForNode : ' '}</p>
      </div>
    </main>
  );
}

function Messenger() {
  useEffect(startSyncing, []);
  useEffect(listenToKeys, []);
  const shown = route.value;
  return (
    <div class="app" data-view={shown.kind}>
      <Banner />
      <Sidebar />
      <main class="main">
        {shown.kind === 'conversation' ? <ConversationView id={shown.contact} message={shown.message} /> : shown.kind === 'node' ? <NodePage /> : <Nothing />}
      </main>
      <MessageDetails />
      <SafetyNumber />
      {adding.value && <AddContact onClose={() => (adding.value = false)} />}
      {inviting.value && <InviteFriend onClose={() => (inviting.value = false)} />}
      <Keys />
      <ConfirmDialog />
      <Toasts />
      <div class="offscreen" aria-live="polite">{announcement.value}</div>
    </div>
  );
}

/** The node does not answer; nothing that is written meanwhile is lost. */
const Banner = () => (
  <div role="status" class={nodeGone.value ? 'banner' : ''}>
    {nodeGone.value && <><Icon name="cloudOff" size={18} /> {unsent.value.length > 0 ? t().bannerWaiting(unsent.value.length) : t().banner}</>}
  </div>
);

const Nothing = () => (
  <section class="empty-page">
    <Logo size={88} />
    <h1>{t().chooseConversation}</h1>
    <p class="muted">{t().chooseHint} <kbd>Ctrl</kbd> <kbd>/</kbd></p>
  </section>
);

const Toasts = () => (
  <div class="toasts">
    {toasts.value.map((one) => (
      <div key={one.id} class={`toast${one.isError ? ' error' : ''}`} role={one.isError ? 'alert' : undefined}>
        <p>{one.text}</p>
        <button type="button" class="round tiny" aria-label={t().close} onClick={() => dismiss(one.id)}><Icon name="close" size={16} /></button>
      </div>
    ))}
  </div>
);
