import { useState } from 'preact/hooks';
import { toast } from '../app/toasts';
import { t } from '../i18n';
import { act } from '../ui/act';
import { confirmed } from '../ui/confirm';
import { loadRetention, retention, setRetention } from './node';
import { Part } from './Part';
import { useLoaded } from './useLoaded';

const OFFERED = [7, 30, 90, 365, 1_095];
const FOR_EVER = 'forever';

/** How long messages are kept on the node. */
export function Retention() {
  const { problem } = useLoaded(loadRetention);
  const value = retention.value;
  // Until it is decided, the choice shows what is in force.
  const [asked, setAsked] = useState(0);
  const days = value?.days ?? null;
  const choose = async (wanted: number | null): Promise<void> => {
    setAsked(asked + 1);
    const shorter = wanted !== null && (days === null || wanted < days);
    if (shorter && !(await confirmed(t().retention, t().retentionText(wanted), t().erase))) return;
    if (await act(() => setRetention(wanted))) toast(t().saved);
  };
  // Another limit may have been set on the command line.
  const offered = [...new Set([...OFFERED, ...(days === null ? [] : [days])])].sort((a, b) => a - b);
  return (
    <Part title={t().retention}>
      <p class="muted">{t().retentionIntro}</p>
      {problem && <p class="problem" role="alert">{problem}</p>}
      {value && (
        <label class="field">
          <span>{t().keepMessages}</span>
          <select
            key={asked}
            value={days ?? FOR_EVER}
            onChange={(event) => void choose(event.currentTarget.value === FOR_EVER ? null : Number(event.currentTarget.value))}
          >
            <option value={FOR_EVER}>{t().keepForEver}</option>
            {offered.map((one) => <option key={one} value={one}>{t().keepDays(one)}</option>)}
          </select>
        </label>
      )}
    </Part>
  );
}
