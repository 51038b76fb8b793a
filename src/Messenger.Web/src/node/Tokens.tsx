import { useState } from 'preact/hooks';
import { format, t } from '../i18n';
import { act } from '../ui/act';
import { copy } from '../ui/clipboard';
import { confirmed } from '../ui/confirm';
import { Icon } from '../ui/Icon';
import { addToken, listTokens, revokeToken } from './node';
import { Part } from './Part';
import { useLoaded } from './useLoaded';

/** Bearer tokens for scripts and other programs. */
export function Tokens() {
  const { value, problem, reload } = useLoaded(listTokens);
  const [name, setName] = useState('');
  const [made, setMade] = useState<string | null>(null);

  const add = (event: Event): void => {
    event.preventDefault();
    void act(async () => {
      setMade((await addToken(name.trim())).token);
      setName('');
      reload();
    });
  };
  const revoke = async (id: string, label: string): Promise<void> => {
    if ((await confirmed(t().revoke, t().revokeText(label), t().revoke)) && (await act(() => revokeToken(id)))) reload();
  };

  return (
    <Part title={t().tokens}>
      <p class="muted">{t().tokensIntro} <a href="/docs">{t().apiDocs}</a></p>
      {problem && <p class="problem">{problem}</p>}
      <ul class="rows">
        {value?.map((one) => (
          <li key={one.id}>
            <span>
              <strong dir="auto">{one.name}</strong>
              <small>{one.lastUsedAt ? t().lastUsed(format().ago(one.lastUsedAt)) : t().neverUsed}</small>
            </span>
            <button type="button" class="button danger" onClick={() => void revoke(one.id, one.name)}>{t().revoke}</button>
          </li>
        ))}
      </ul>
      <form class="field-row" onSubmit={add}>
        <label class="field">
          <span>{t().tokenName}</span>
          <input type="text" required maxLength={64} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <button type="submit" class="button">{t().makeToken}</button>
      </form>
      {made && (
        <div class="notice" role="status">
          <p>{t().tokenOnce}</p>
          <button type="button" class="copyable" onClick={() => void copy(made)}>
            <code>{made}</code>
            <Icon name="copy" size={18} />
            <span class="offscreen">{t().copy}</span>
          </button>
        </div>
      )}
    </Part>
  );
}
