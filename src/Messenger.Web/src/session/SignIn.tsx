import { explain, t } from '../i18n';
import { Logo } from '../ui/Logo';
import { OpenWay } from './OpenWayNotice';
import { linkProblem, signInByLink, signInByPassword } from './session';
import { useSecret } from './useSecret';

/** Signing in by a password or by a link that is pasted; a link that is opened needs no page. */
export function SignIn() {
  const { value, problem, busy, change, submit } = useSecret((secret) => (/#t=/.test(secret) ? signInByLink(secret) : signInByPassword(secret)));
  const shown = problem ?? (linkProblem.value && explain(linkProblem.value));

  return (
    <main class="welcome">
      <div class="card">
        <Logo size={72} />
        <h1>{t().appName}</h1>
        <p class="muted">{t().signInIntro}</p>
        <form onSubmit={submit}>
          <input type="text" name="username" autocomplete="username" value="owner" hidden readOnly />
          <label class="field">
            <span>{t().passwordOrLink}</span>
            <input
              type="password"
              autocomplete="current-password"
              required
              value={value}
              aria-describedby={shown ? 'sign-in-problem' : undefined}
              aria-invalid={shown ? true : undefined}
              onInput={(event) => {
                linkProblem.value = null;
                change(event.currentTarget.value);
              }}
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
