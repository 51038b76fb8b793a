import { later } from '../ui/later';
import { whenIdle } from '../ui/whenIdle';

// The first screen needs none of these.
export const ConversationView = later(() => import('../conversation/ConversationView').then((part) => part.ConversationView));
export const NodePage = later(() => import('../node/NodePage').then((part) => part.NodePage));
export const AddContact = later(() => import('../contacts/AddContact').then((part) => part.AddContact));
export const InviteFriend = later(() => import('../contacts/InviteFriend').then((part) => part.InviteFriend));
export const Keys = later(() => import('./Keys').then((part) => part.Keys));

/** Fetches whatever was not needed yet, once there is nothing better to do: the node may be away when it is. */
export const fetchParts = (): (() => void) =>
  whenIdle(() => {
    for (const part of [ConversationView, NodePage, AddContact, InviteFriend, Keys]) part.fetch();
  });
