import { useEffect } from 'preact/hooks';
import { t } from '../i18n';
import { nodeGone } from '../live/live';
import { unsent } from '../outbox/outbox';
import { SignIn } from '../session/SignIn';
import { OpenWayStrip } from '../session/OpenWayNotice';
import { session, starting } from '../session/session';
import { Unlock } from '../session/Unlock';
import { contacts } from '../contacts/contacts';
import { adding, inviting } from '../contacts/shown';
import { Sidebar } from '../contacts/Sidebar';
import { ConfirmDialog } from '../ui/confirm';
import { Icon } from '../ui/Icon';
import { Logo } from '../ui/Logo';
import { AddContact, ConversationView, fetchParts, InviteFriend, Keys, NodePage } from './parts';
import { route } from './route';
import { listenToKeys, showingKeys } from './shortcuts';
import { startSyncing } from './sync';
import { announcement, dismiss, toasts } from './toasts';

export function App() {
  const state = session.value;
  if (state === 'out') return <SignIn />;
  if (state === 'locked') return <Unlock />;
  // Whoever was signed in can go on writing while the node is away.
  if (state === 'in' || (state === 'away' && contacts.value && !starting.value)) return <Messenger />;
  return (
    <main class="welcome">
      <div class="card">
        <Logo size={72} />
        <h1>{t().appName}</h1>
        <p class="muted" role="status">{starting.value ? t().nodeStarts : state === 'away' ? t().waitingForNode : ' '}</p>
      </div>
    </main>
  );
}

function Messenger() {
  useEffect(startSyncing, []);
  useEffect(listenToKeys, []);
  useEffect(fetchParts, []);
  const shown = route.value;
  return (
    <div class="app" data-view={shown.kind}>
      <Strips />
      <Sidebar />
      <main class="main">
        {shown.kind === 'conversation' ? <ConversationView id={shown.contact} message={shown.message} /> : shown.kind === 'node' ? <NodePage /> : <Nothing />}
      </main>
      {adding.value && <AddContact onClose={() => (adding.value = false)} />}
      {inviting.value && <InviteFriend onClose={() => (inviting.value = false)} />}
      {showingKeys.value && <Keys />}
      <ConfirmDialog />
      <Toasts />
      <div class="offscreen" aria-live="polite">{announcement.value}</div>
    </div>
  );
}

const Strips = () => (
  <div class="strips">
    <OpenWayStrip />
    <Banner />
  </div>
);

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
