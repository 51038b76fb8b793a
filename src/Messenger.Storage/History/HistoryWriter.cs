using System.Collections.Immutable;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Domain.Roster;
using Messenger.Storage.Sql;

namespace Messenger.Storage.History;

/// <summary>
/// Turns events into rows. A row depends on the events of its own journal alone, never on the clock or on what other journals did
/// meanwhile, so that a rebuilt read model has the same rows. For one transaction.
/// </summary>
internal sealed class HistoryWriter(SqlSession session, IndexingBacklog search)
{
    private readonly Dictionary<string, long> _offsets = [];
    private readonly FeedWriter _feed = new(session);

    /// <summary>Applies slices within the caller's transaction.</summary>
    public AppliedEvents Apply(IReadOnlyList<JournalSlice> slices)
    {
        var conversation = new ConversationWriter(session, _feed, search);
        foreach (var slice in slices.Where(Advance))
        {
            if (PersistenceIds.ContactOf(slice.PersistenceId) is { } contact)
            {
                conversation.Apply(contact, slice);
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
        return new AppliedEvents(_feed.Finish(), _offsets.ToImmutableDictionary(), search.Added);
    }

    private bool Advance(JournalSlice slice)
    {
        var (before, after) = (slice.First - 1, slice.First + slice.Events.Count - 1);
        session.Post("insert into offsets (persistence_id, sequence) values ($1, 0) on conflict do nothing", slice.PersistenceId);
        var isNext = session.Execute("update offsets set sequence = $3 where persistence_id = $1 and sequence = $2", slice.PersistenceId, before, after) == 1;
        _offsets[slice.PersistenceId] = isNext ? after : Offset(slice.PersistenceId);
        return isNext;
    }

    private long Offset(string persistenceId) =>
        session.Single("select sequence from offsets where persistence_id = $1", row => row.GetInt64(0), persistenceId);

    private void Announce(RosterEvent change)
    {
        switch (change)
        {
            case PresenceNoted:
                break;
            case RequestReceived e:
                _feed.Announce(FeedKind.Request, e.Contact);
                break;
            case RowEvent e:
                _feed.Announce(FeedKind.Contact, e.Contact);
                break;
        }
    }
}
