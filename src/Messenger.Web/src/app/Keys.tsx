import { t } from '../i18n';
import { settings } from './settings';
import { showingKeys } from './shortcuts';
import { Dialog } from '../ui/Dialog';

/** The list of keys. */
export function Keys() {
  const { enterSends } = settings.value;
  const keys: [string[], string][] = [
    [['Alt', '↑'], t().keyPrevious],
    [['Alt', '↓'], t().keyNext],
    [['Alt', 'A'], t().keyUnread],
    [['Ctrl', 'F'], t().keySearch],
    [['Ctrl', 'Shift', 'F'], t().keySearchHere],
    [['Alt', 'N'], t().keyAdd],
    [enterSends ? ['Enter'] : ['Ctrl', 'Enter'], t().keySend],
    [enterSends ? ['Shift', 'Enter'] : ['Enter'], t().keyLine],
    [['↑'], t().keyMessages],
    [['Enter'], t().keyMenu],
    [['Esc'], t().keyEscape],
    [['Ctrl', '/'], t().keyKeys],
  ];
  return (
    <Dialog title={t().shortcuts} onClose={() => (showingKeys.value = false)}>
      <dl class="keys">
        {keys.map(([names, meaning]) => (
          <div key={meaning}>
            <dt>{names.map((name) => <kbd key={name}>{name}</kbd>)}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
