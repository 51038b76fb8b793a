import { useState } from 'preact/hooks';
import { explain, t } from '../i18n';
import { Logo } from '../ui/Logo';
import { OpenWay } from './OpenWayNotice';
import { linkProblem, signInByLink, signInByPassword } from './session';

/** Signing in by a password or by a link that is pasted; a link that is opened needs no page. */
export function SignIn() {
  const [secret, setSecret] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const shown = problem ?? (linkProblem.value && explain(linkProblem.value));

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (secret.trim() === '') return;
    setBusy(true);
    try {
      await (/#t=/.test(secret) ? signInByLink(secret) : signInByPassword(secret));
    } catch (error) {
      setProblem(explain(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main class="welcome">
      <div class="card">
        <Logo size={72} />
        <h1>{t().appName}</h1>
        <p class="muted">{t().signInIntro}</p>
        <form onSubmit={(event) => void submit(event)}>
          <input type="text" name="username" autocomplete="username" value="owner" hidden readOnly />
          <label class="field">
            <span>{t().passwordOrLink}</span>
            <input
              type="password"
              autocomplete="current-password"
              required
              value={secret}
              aria-describedby={shown ? 'sign-in-problem' : undefined}
              aria-invalid={shown ? true : undefined}
              onInput={(event) => setSecret(event.currentTarget.value)}
            />
          </label>
          {shown && (
            <p id="sign-in-problem" class="problem" role="alert">{shown}</p>
          )}
          <button type="submit" class="button primary wide" disabled={busy}>{t().signIn}</button>
        </form>
        <OpenWay />
        <p class="hint">{t().signInHint} <code>messenger link</code></p>
      </div>
    </main>
  );
}
