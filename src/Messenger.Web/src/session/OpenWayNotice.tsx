import { change, settings } from '../app/settings';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { isOpenWay } from './openWay';

const open = isOpenWay(location.protocol, location.hostname);

/** Says that others can read along between the browser and the node, where they can. */
export const OpenWay = () => (open ? <p class="notice open-way"><Icon name="alert" size={18} /><span>{t().openWay}</span></p> : null);

/** The same above everything, until it was understood. */
export function OpenWayStrip() {
  if (!open || settings.value.openWayUnderstood) return null;
  return (
    <div class="open-way-strip" role="status">
      <Icon name="alert" size={18} />
      <p>{t().openWay}</p>
      <button type="button" class="button" onClick={() => change({ openWayUnderstood: true })}>{t().understood}</button>
    </div>
  );
}
