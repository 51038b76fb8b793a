using System.Collections.Immutable;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Domain.Roster;
using Messenger.Storage.Sqlite;

namespace Messenger.Storage.History;

/// <summary>
/// Turns events into rows. A row depends on the events of its own journal alone, never on the clock or on what other journals did
/// meanwhile, so that a rebuilt read model has the same rows.
/// </summary>
internal sealed class HistoryWriter(SqliteSession session, SearchIndex search)
{
    /// <summary>How many feed entries a client may be behind and still resume.</summary>
    public const int FeedKept = 10_000;

    private readonly ConversationWriter _conversation = new(session, search);

    /// <summary>Applies slices within the caller's transaction.</summary>
    public AppliedEvents Apply(IReadOnlyList<JournalSlice> slices)
    {
        var feedBefore = session.LastFeedNumber();
        search.Begin();
        foreach (var slice in slices.Where(Advance))
        {
            if (PersistenceIds.ContactOf(slice.PersistenceId) is { } contact)
            {
                _conversation.Apply(contact, slice);
            }
            else
            {
                foreach (var change in slice.Events.OfType<RosterEvent>())
                {
                    Announce(change);
                }
            }
        }

        search.Write();
        var feed = session.Query("select number, kind, contact, message from feed where number > $1 order by number", FeedTable.Entry, feedBefore);
        session.Execute("delete from feed where number <= $1", session.LastFeedNumber() - FeedKept);
        return new AppliedEvents([.. feed], slices.Select(s => s.PersistenceId).Distinct().ToImmutableDictionary(id => id, Offset));
    }

    private bool Advance(JournalSlice slice)
    {
        session.Execute("insert or ignore into offsets (persistence_id, sequence) values ($1, 0)", slice.PersistenceId);
        return session.Execute(
            "update offsets set sequence = $3 where persistence_id = $1 and sequence = $2",
            slice.PersistenceId,
            slice.First - 1,
            slice.First + slice.Events.Count - 1) == 1;
    }

    private long Offset(string persistenceId) =>
        session.Single("select sequence from offsets where persistence_id = $1", row => row.GetInt64(0), persistenceId);

    private void Announce(RosterEvent change)
    {
        switch (change)
        {
            case PresenceNoted:
                break;
            case RequestReceived:
                session.Announce(FeedKind.Request, change.Contact);
                break;
            default:
                session.Announce(FeedKind.Contact, change.Contact);
                break;
        }
    }
}
