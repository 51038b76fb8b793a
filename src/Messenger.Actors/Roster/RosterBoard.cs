using System.Collections.Concurrent;
using System.Collections.Immutable;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;

namespace Messenger.Actors.Roster;

/// <summary>The last published friend list: written by the roster after each commit, read by gateways and contacts without a hop.</summary>
public sealed class RosterBoard
{
    private readonly Lock _gate = new();
    private volatile ContactDirectory _current = ContactDirectory.Empty;
    private long _version;

    /// <summary>The friend list as of the roster's last commit.</summary>
    public ContactDirectory Current => _current;

    /// <summary>The sequence number of that commit.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Replaces the picture by one that is as new.</summary>
    public void Publish(ContactDirectory directory) => Publish(directory, Version);

    /// <summary>Replaces the picture; for the roster, and for who follows it on other members of a cluster.</summary>
    /// <param name="directory">The friend list.</param>
    /// <param name="version">The sequence number up to which it was made; an older one than what is shown is dropped.</param>
    /// <returns>The picture before; <see langword="null"/> when this one is older.</returns>
    public ContactDirectory? Publish(ContactDirectory directory, long version)
    {
        lock (_gate)
        {
            if (version < _version)
            {
                return null;
            }

            var before = _current;
            _current = directory;
            Volatile.Write(ref _version, version);
            return before;
        }
    }
}

/// <summary>When a contact was last reached or heard; in memory, one event per ping would be a waste.</summary>
/// <param name="LastConnect">Last successful exchange that we started (seed, last_connect), UTC.</param>
/// <param name="LastOnline">Last sign of life of any kind, UTC.</param>
public readonly record struct Presence(DateTimeOffset? LastConnect, DateTimeOffset? LastOnline)
{
    /// <summary>How long after its last sign of life a contact counts as online: the seed's minute and a little for jitter.</summary>
    public static readonly TimeSpan OnlineFor = TimeSpan.FromSeconds(75);

    /// <summary>Whether, since that sign of life, a try to reach the contact has failed or this node was started.</summary>
    public bool Lost { get; init; }

    /// <summary>Whether the contact counts as online.</summary>
    public bool IsOnline(DateTimeOffset now) => !Lost && LastOnline is { } seen && now - seen < OnlineFor;
}

/// <summary>Who is online, for everybody in the process.</summary>
public sealed class PresenceBoard
{
    private readonly ConcurrentDictionary<ContactId, Presence> _presence = new();

    /// <summary>Raised on the caller's thread when a contact was heard or went silent; must not block.</summary>
    public event Action<ContactId>? Changed;

    /// <summary>Raised on the caller's thread when anything was noted here, not when it was learned from elsewhere; must not block.</summary>
    public event Action<ContactId>? Noted;

    /// <summary>What is known of a contact.</summary>
    public Presence Of(ContactId contact) => _presence.GetValueOrDefault(contact);

    /// <summary>Everything known.</summary>
    public ImmutableArray<(ContactId Contact, Presence Presence)> All() => [.. _presence.Select(p => (p.Key, p.Value))];

    /// <summary>An exchange we started succeeded.</summary>
    public void Connected(ContactId contact, DateTimeOffset now) => Note(contact, new Presence(now, now), now);

    /// <summary>The contact called us with its key.</summary>
    public void Heard(ContactId contact, DateTimeOffset now) => Note(contact, new Presence(null, now), now);

    /// <summary>An exchange we started failed: the contact is offline from now on.</summary>
    public void Lost(ContactId contact, DateTimeOffset now)
    {
        // Whoever was heard at this very moment is not lost.
        if (_presence.TryGetValue(contact, out var presence) && presence.IsOnline(now) && _presence.TryUpdate(contact, presence with { Lost = true }, presence))
        {
            Noted?.Invoke(contact);
            Changed?.Invoke(contact);
        }
    }

    /// <summary>What another member of the cluster knows; the later sign of life counts.</summary>
    public void Learn(ContactId contact, Presence presence, DateTimeOffset now)
    {
        var before = Of(contact);
        var after = _presence.AddOrUpdate(contact, presence, (_, old) => Later(old, presence));
        if (before.IsOnline(now) != after.IsOnline(now))
        {
            Changed?.Invoke(contact);
        }
    }

    /// <summary>What earlier runs knew.</summary>
    public void Restore(ContactId contact, DateTimeOffset? lastConnect, DateTimeOffset? lastOnline) =>
        _presence.TryAdd(contact, new Presence(lastConnect, lastOnline) { Lost = true });

    /// <summary>Drops a removed contact.</summary>
    public void Forget(ContactId contact) => _presence.TryRemove(contact, out _);

    /// <summary>Reports a contact that fell silent; called by the roster's sweep.</summary>
    public void Silent(ContactId contact) => Changed?.Invoke(contact);

    private static Presence Later(Presence one, Presence other)
    {
        var last = other.LastOnline >= one.LastOnline || one.LastOnline is null ? other : one;
        return last with { LastConnect = one.LastConnect > other.LastConnect || other.LastConnect is null ? one.LastConnect : other.LastConnect };
    }

    private void Note(ContactId contact, Presence seen, DateTimeOffset now)
    {
        var before = Of(contact);
        _presence.AddOrUpdate(contact, seen, (_, old) => new Presence(seen.LastConnect ?? old.LastConnect, seen.LastOnline));
        Noted?.Invoke(contact);
        if (!before.IsOnline(now))
        {
            Changed?.Invoke(contact);
        }
    }
}
