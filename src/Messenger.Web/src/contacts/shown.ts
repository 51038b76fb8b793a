import { computed, signal } from '@preact/signals';
import { groupContacts } from './contactList';
import { contacts } from './contacts';

/** Whether the dialog for a new contact is open. */
export const adding = signal(false);

/** Whether the dialog for an invite link is open. */
export const inviting = signal(false);

/** What the list is searched for. */
export const query = signal('');

/** The contact in whose conversation messages are searched for; null for all. */
export const scope = signal<string | null>(null);

/** What the search leaves. */
export const groups = computed(() => groupContacts(contacts.value?.values() ?? [], query.value));

/** The conversations in the order in which they are shown: the keys walk as the eye does. */
export const shownContacts = (): string[] => groups.peek().conversations.map((one) => one.id);
