import { useState } from 'preact/hooks';
import { change, type Language, settings, type Theme } from '../app/settings';
import { showingKeys } from '../app/shortcuts';
import { t } from '../i18n';
import { installed, installPrompt, whyNotInstallable } from '../notices/install';
import { chime } from '../notices/sound';
import { OpenWay } from '../session/OpenWayNotice';
import { Icon } from '../ui/Icon';
import { Switch } from '../ui/Switch';
import { Part } from './Part';

/** What this browser is to do. */
export function Preferences() {
  const { theme, language, enterSends, notify, notifyText, sound } = settings.value;
  return (
    <Part title={t().preferences}>
      <div class="choices">
        <Choice<Theme> label={t().theme} value={theme} onChange={(next) => change({ theme: next })} options={[['system', t().asSystem], ['light', t().light], ['dark', t().dark]]} />
        <Choice<Language> label={t().language} value={language} onChange={(next) => change({ language: next })} options={[['system', t().asSystem], ['en', 'English'], ['ru', 'Русский']]} />
      </div>
      <div class="group">
        <Switch label={t().enterSends} hint={t().enterSendsHint} checked={enterSends} onChange={(next) => change({ enterSends: next })} />
        <Notify checked={notify} />
        {notify && <Switch label={t().notifyText} hint={t().notifyTextHint} checked={notifyText} onChange={(next) => change({ notifyText: next })} />}
        <Switch
          label={t().sound}
          checked={sound}
          onChange={(next) => {
            change({ sound: next });
            if (next) chime();
          }}
        />
      </div>
      <div class="actions">
        {installPrompt.value && <button type="button" class="button" onClick={() => void installPrompt.value?.prompt()}>{t().install}</button>}
        <button type="button" class="button with-keys" onClick={() => (showingKeys.value = true)}><Icon name="keyboard" size={18} />{t().shortcuts}</button>
      </div>
      <OpenWay />
      {!installed() && !installPrompt.value && <p class="hint">{whyNotInstallable()}</p>}
    </Part>
  );
}

function Choice<T extends string>({ label, value, options, onChange }: { label: string; value: T; options: [T, string][]; onChange: (value: T) => void }) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value as T)}>
        {options.map(([name, text]) => <option key={name} value={name}>{text}</option>)}
      </select>
    </label>
  );
}

function Notify({ checked }: { checked: boolean }) {
  const [denied, setDenied] = useState(typeof Notification === 'undefined' || Notification.permission === 'denied');
  const toggle = async (next: boolean): Promise<void> => {
    const allowed = next && typeof Notification !== 'undefined' && (await Notification.requestPermission()) === 'granted';
    setDenied(next && !allowed);
    change({ notify: allowed });
  };
  return <Switch label={t().notify} hint={denied ? t().notifyDenied : undefined} checked={checked && !denied} onChange={(next) => void toggle(next)} />;
}
