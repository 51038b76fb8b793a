import { hueOf, initialsOf } from '../contacts/contactList';

const COLOURS = 8;

/** Initials on a colour that stays with the contact. */
export const Avatar = ({ id, name, size = 'medium', online }: { id: string; name: string; size?: 'small' | 'medium' | 'large'; online?: boolean }) => (
  <span class={`avatar avatar-${size} hue-${hueOf(id, COLOURS)}`} aria-hidden="true">
    {initialsOf(name)}
    {online && <span class="presence" />}
  </span>
);
