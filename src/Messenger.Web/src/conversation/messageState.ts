import type { Message, MessageState } from '../api/client';

const RANK: Record<MessageState, number> = { received: 0, queued: 0, relayed: 1, refused: 2, delivered: 3, read: 4 };

/** The newer view of a message, unless it is older news: a state never goes back. */
export const advance = (known: Message, news: Message): Message => (RANK[news.state] >= RANK[known.state] ? news : known);
