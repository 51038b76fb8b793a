using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;

namespace Messenger.Storage.History;

/// <summary>Sealed messages: under which envelopes they go, and what becomes of those that could not be opened.</summary>
internal sealed partial class ConversationWriter
{
    private const string SealedAgain = "The contact could not open it and asked for it again.";

    private void Seal(ContactId contact, Tally summary, long number, MessageSealed e)
    {
        Note(contact, e.Seal?.Hash, e.Message, number);
        var before = session.Single(
            "select state from messages where contact = $1 and number = $2 and erased = 0", row => (MessageState?)row.GetInt32(0), contact.Value, e.Message);
        if (before is not { } state)
        {
            return;
        }

        // What was read does not become anything else any more.
        if (state == MessageState.Read)
        {
            return;
        }

        // What the recipient could not open is not delivered.
        var waits = state is MessageState.Queued or MessageState.Relayed;
        summary.Outbox += waits ? 0 : 1;
        Changed(contact, e.Message, session.Execute(
            "update messages set state = $3, enctype = $4, reason = $5, id = $6 where contact = $1 and number = $2",
            contact.Value,
            e.Message,
            (int)(waits ? state : MessageState.Queued),
            e.Enctype,
            waits ? null : SealedAgain,
            PlainId(e.Timestamp, e.Enctype, e.Text)));
    }

    private void Open(ContactId contact, Tally summary, MessageOpened e)
    {
        Note(contact, e.Seal, e.Message);
        Note(contact, e.Seal.Hash, e.Message, e.Message);
        NoteCopies(contact, e.Warning, e.At);
        summary.Missing = e.Seal.Missing;
        var isThere = session.Single(
            "select 1 from messages where contact = $1 and number = $2 and erased = 0", row => row.GetInt32(0), contact.Value, e.Message) == 1;
        if (!isThere || e.Text is null)
        {
            return;
        }

        search.Remove(contact, e.Message, e.Message);
        Changed(contact, e.Message, session.Execute(
            """
            update messages set text = $3, unreadable = null, warning = $4, chain = $5, seq = $6, proven = 1, claimed_at = $7,
              at = case when $7 < at then $7 else at end
            where contact = $1 and number = $2
            """,
            contact.Value,
            e.Message,
            e.Text,
            (long?)e.Warning,
            e.Seal.Sid,
            e.Seal.Seq,
            e.Seal.Microseconds));
        search.Add(contact, e.Message);
    }

    private void NoteCopies(ContactId contact, MessageWarning? warning, DateTimeOffset at)
    {
        if (warning is MessageWarning.Fork or MessageWarning.TwoLives)
        {
            session.Post("update contacts set copies_at = $2 where contact = $1", contact.Value, ClaimedTime.ToMicroseconds(at));
            feed.Announce(FeedKind.Contact, contact);
        }
    }

    private void Note(ContactId contact, IncomingSeal? seal, long number)
    {
        if (seal is not null)
        {
            Note(contact, seal.PayloadId.Value, number, number);
            foreach (var earlier in seal.Earlier())
            {
                Note(contact, earlier.Value, number, number);
            }
        }
    }

    private void Note(ContactId contact, string? id, long message, long stored)
    {
        if (id is not null)
        {
            session.Post(
                "insert into envelopes (contact, id, message, stored) values ($1, $2, $3, $4) on conflict do nothing", contact.Value, id, message, stored);
        }
    }

    // Until this version what is encrypted by an unknown method was stored without saying so. What was imported was opened elsewhere.
    private static UnreadableReason? Unreadable(MessageReceived e) =>
        e.Unreadable ?? (e.Enctype.Length > 0 && e.Seal is null && e.ArrivedAt is null ? UnreadableReason.UnknownEnctype : null);

    private static string? Shown(MessageReceived e) => e.Text is null || Unreadable(e) is null ? e.Text : "";
}
