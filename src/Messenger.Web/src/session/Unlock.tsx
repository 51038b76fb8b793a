import { useEffect } from 'preact/hooks';
import { t } from '../i18n';
import { Logo } from '../ui/Logo';
import { OpenWay } from './OpenWayNotice';
import { lookAgain, unlock } from './session';
import { useSecret } from './useSecret';

const LOOK_EVERY_MS = 3_000;

/** A node whose keys are sealed waits for their passphrase. */
export function Unlock() {
  const { value, problem, busy, change, submit } = useSecret(unlock);

  useEffect(() => {
    const timer = setInterval(() => void lookAgain(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);

  return (
    <main class="welcome">
      <div class="card">
        <Logo size={72} />
        <h1>{t().nodeLocked}</h1>
        <p class="muted">{t().nodeLockedIntro}</p>
        <form onSubmit={submit}>
          <input type="text" name="username" autocomplete="username" value="node" hidden readOnly />
          <label class="field">
            <span>{t().passphrase}</span>
            <input
              type="password"
              autocomplete="current-password"
              required
              autofocus
              value={value}
              aria-describedby={problem ? 'unlock-problem' : undefined}
              aria-invalid={problem ? true : undefined}
              onInput={(event) => change(event.currentTarget.value)}
            />
          </label>
          {problem && <p id="unlock-problem" class="problem" role="alert">{problem}</p>}
          <button type="submit" class="button primary wide" disabled={busy}>{t().unlock}</button>
        </form>
        <OpenWay />
        <p class="hint">{t().unlockHint} <code>messenger unlock</code></p>
      </div>
    </main>
  );
}
