import { toast } from '../app/toasts';
import { explain } from '../i18n';

/** Does what the owner asked for; what goes wrong is told, not swallowed. */
export async function act(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    toast(explain(error), true);
    return false;
  }
}
