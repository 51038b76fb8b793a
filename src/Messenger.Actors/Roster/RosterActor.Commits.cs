using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Messenger.Actors.Contacts;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Actors.Roster;

/// <content>From a decision to its commit, and what follows from a commit.</content>
public sealed partial class RosterActor
{
    // At least: of a long list a snapshot is as long, and one is written after as many changes as it has rows.
    private const int SnapshotEvery = 1000;
    private const int MaxCallBacks = 8;
    private static readonly TimeSpan EraseTimeout = TimeSpan.FromMinutes(1);

    // The first of a burst sends itself one Flush, which lands behind the commands that wait already.
    private void Commit(RosterDecision decision, Func<RosterAnswer, object>? reply = null)
    {
        _state = decision.Events.Aggregate(_state, (state, e) => state.Apply(e, _services.Vault.Open));
        _events.AddRange(decision.Events);
        var sender = Sender;
        _afterCommit.Add(() =>
        {
            if (reply is not null)
            {
                sender.Tell(reply(decision.Answer));
            }

            if (decision.Verify is { } key)
            {
                Verify(key);
            }
        });
        if (!_flushing)
        {
            _flushing = true;
            Self.Tell(Flush.Instance);
        }
    }

    private void Persist()
    {
        var (first, events, afterCommit) = (LastSequenceNr + 1, _events.ToArray(), _afterCommit.ToArray());
        _events.Clear();
        _afterCommit.Clear();
        _flushing = false;
        if (events.Length == 0)
        {
            // The SQL journal fails at a write of nothing, and enough failures in a row close it for everybody.
            Committed(first, events, afterCommit);
            return;
        }

        PersistAll(events, _ => { }, () => Committed(first, events, afterCommit));
    }

    private void Committed(long first, RosterEvent[] events, Action[] afterCommit)
    {
        if (events.Length > 0)
        {
            var (before, changed) = (_directory, ChangedBy(events));
            if (events.Any(IsShown))
            {
                Publish(_directory.With(changed.Select(id => (id, Profile(id)))));
            }

            _history.Tell(new HistoryProtocol.Committed(new JournalSlice(PersistenceId, first, events)));
            foreach (var contact in changed)
            {
                Tell(before.ById(contact), _directory.ById(contact));
            }

            PacedWaking.TellChanged([.. changed.Where(contact => IsNews(before.ById(contact), _directory.ById(contact)))], _region, _waking);

            FinishRemovals();
        }

        foreach (var action in afterCommit)
        {
            action();
        }

        if (LastSequenceNr - _lastSnapshot >= Math.Max(SnapshotEvery, _state.Rows.Count))
        {
            SaveSnapshot(_state.ToSnapshot());
            _lastSnapshot = LastSequenceNr;
        }
    }

    private void Publish(ContactDirectory directory)
    {
        _directory = directory;
        _services.Board.Publish(directory, LastSequenceNr);
    }

    /// <summary>The picture of a whole list.</summary>
    internal static ContactDirectory DirectoryOf(RosterState state, RosterServices services) =>
        new(state.Rows.Values.Select(row => row.Profile), services.Vault.LookupHash);

    /// <summary>Whether the picture of the list is another one after this.</summary>
    internal static bool IsShown(RosterEvent happened) => happened is not (PresenceNoted or RemovalCompleted);

    /// <summary>Whose rows are shown otherwise after these; not all those whose presence was noted beside them.</summary>
    internal static HashSet<ContactId> ChangedBy(IEnumerable<RosterEvent> events) => [.. events.Where(IsShown).OfType<RowEvent>().Select(happened => happened.Contact)];

    private void Tell(ContactProfile? before, ContactProfile? after)
    {
        if (after is null)
        {
            if (before is not null)
            {
                _services.Presence.Forget(before.Id);
            }

            return;
        }

        if (after.Standing == ContactStanding.Blocked && before?.Standing != ContactStanding.Blocked)
        {
            _services.Relays.ForgetAsync(after.Id, _stopping.Token).PipeTo(Self, failure: error => new Status.Failure(error));
        }
    }

    /// <summary>Whether a contact's actor has to look at its profile again.</summary>
    internal static bool IsNews(ContactProfile? before, ContactProfile? after) =>
        after is not null && (IsLive(before) || IsLive(after)) && (before is null || Acts(before) != Acts(after));

    private static bool IsLive(ContactProfile? profile) => profile?.Standing is ContactStanding.Accepted or ContactStanding.Requested;

    // What a contact's actor acts on; a new nick or alias wakes nobody.
    private static (ContactStanding, bool, bool, string?, string?, string?, string?, ImmutableArray<Address>) Acts(ContactProfile profile) => (
        profile.Standing, profile.RelayOnly, profile.HandshakeDue, profile.TheirKey, profile.IssuedKey, profile.LinkIdentity, profile.InviteCode, profile.Addresses);

    private void Verify(KeyToVerify key)
    {
        if (_state.Find(key.Contact) is { } row && _verifying.Count < MaxCallBacks && _verifying.Add(key.Contact))
        {
            CallBack.ProvesAsync(_services, row.Profile, key.Key, _stopping.Token)
                .PipeTo(Self, success: proven => new CalledBack(key, proven), failure: _ => new CalledBack(key, Proven: false));
        }
    }

    // Survives a crash between the removal and this: the state keeps the id until both are done.
    private void FinishRemovals()
    {
        foreach (var contact in _state.Leaving.Where(_removing.Add))
        {
            Task.WhenAll(
                    _region.Ask<ContactProtocol.EraseResult>(new ContactProtocol.EraseConversation(contact), EraseTimeout, _stopping.Token),
                    _services.Relays.ForgetAsync(contact, _stopping.Token))
                .PipeTo(Self, success: () => new Removed(contact, null), failure: error => new Removed(contact, error));
        }
    }

    private void KeepTwo(long saved)
    {
        if (_previousSnapshot > 0)
        {
            DeleteSnapshots(new SnapshotSelectionCriteria(_previousSnapshot - 1));
        }

        _previousSnapshot = saved;
    }
}
