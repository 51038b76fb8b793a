import { go } from '../app/route';
import { format, t } from '../i18n';
import { copy } from '../ui/clipboard';
import { Icon } from '../ui/Icon';
import { Delivery } from './Delivery';
import { Devices } from './Devices';
import { Files } from './Files';
import { Invites } from './Invites';
import { nodeInfo } from './node';
import { Part } from './Part';
import { Preferences } from './Preferences';
import { Qr } from './Qr';
import { Retention } from './Retention';
import { Tokens } from './Tokens';

export function NodePage() {
  return (
    <section class="node-page" aria-label={t().myNode}>
      <header class="bar">
        <button type="button" class="round back" aria-label={t().back} onClick={() => go('#/')}><Icon name="back" /></button>
        <h1>{t().myNode}</h1>
      </header>
      <div class="page-scroll" tabIndex={-1}>
        <div class="page">
          <About />
          <Invites />
          <Preferences />
          <Delivery />
          <Retention />
          <Devices />
          <Tokens />
          <Files />
        </div>
      </div>
    </section>
  );
}

function About() {
  const node = nodeInfo.value;
  if (!node) return null;
  return (
    <Part title={t().address}>
      <div class="own">
        <div>
          <p class="muted">{t().addressIntro}</p>
          {node.addresses.map((address) => (
            <button key={address} type="button" class="copyable" onClick={() => void copy(address)}>
              <code>{address}</code>
              <Icon name="copy" size={18} />
              <span class="offscreen">{t().copy}</span>
            </button>
          ))}
          <dl class="facts">
            <dt>{t().peerListen}</dt>
            <dd>{node.peerListen}</dd>
            <dt>{t().relaying}</dt>
            <dd>{node.relay ? t().relayingOn : t().relayingOff}</dd>
            <dt>{t().ownFingerprint}</dt>
            <dd><code class="breakable">{node.identity}</code></dd>
            <dt>{t().sealingLabel}</dt>
            <dd>{node.sealing ? t().sealingOn : t().sealingOff}</dd>
            <dt>{t().receiptsLabel}</dt>
            <dd>{node.receipts ? t().receiptsOn : t().receiptsOff}</dd>
            <dt>{t().runningSince}</dt>
            <dd>{format().full(node.startedAt)}</dd>
            <dt>{t().version}</dt>
            <dd>{node.version}</dd>
          </dl>
        </div>
        <Qr text={node.address} label={t().qrOfAddress} />
      </div>
    </Part>
  );
}
