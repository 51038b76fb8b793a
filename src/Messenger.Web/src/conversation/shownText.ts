import type { Message } from '../api/client';
import { t } from '../i18n';

/** What is shown where the text of a message would be. */
export const shownText = (message: Message): string => (message.unreadable ? t().unreadable[message.unreadable] : message.text);
