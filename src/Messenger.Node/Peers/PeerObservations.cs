using System.Collections.Immutable;
using System.Net;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;

namespace Messenger.Node.Peers;

/// <summary>A call or message that was refused.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Action">The action.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="From">Who it claims to be from; hostile text of at most 512 bytes.</param>
/// <param name="Reason">Why, for the owner.</param>
internal sealed record RefusedCall(DateTimeOffset At, string Action, IPAddress Source, string? From, string Reason);

/// <summary>What the owner may want to know about calls of peers; in memory, the last ones only.</summary>
internal sealed class PeerObservations(TimeProvider time)
{
    private const int MaxRefused = 100;
    private const int MaxNames = 20;

    private readonly Lock _gate = new();
    private readonly Queue<RefusedCall> _refused = new();
    private ImmutableList<Address> _names = [];

    /// <summary>The last refused calls, newest first.</summary>
    public ImmutableArray<RefusedCall> Refused
    {
        get
        {
            lock (_gate)
            {
                return [.. _refused.Reverse()];
            }
        }
    }

    /// <summary>Contacts that have newer keys of this node than it ever made, and when they said so last: another copy of it made them.</summary>
    public ImmutableDictionary<ContactId, DateTimeOffset> OtherCopies { get; private set; } = ImmutableDictionary<ContactId, DateTimeOffset>.Empty;

    /// <summary>Names under which friends wrote to us and that we do not call ourselves, newest first.</summary>
    public ImmutableList<Address> PossibleOwnNames => _names;

    /// <summary>Raised on the caller's thread for every refusal; must not block.</summary>
    public event Action<RefusedCall>? CallRefused;

    public void Refuse(string action, IPAddress source, string? from, string reason)
    {
        var refused = new RefusedCall(time.GetUtcNow(), action, source, from, reason);
        CallRefused?.Invoke(refused);
        lock (_gate)
        {
            if (_refused.Count == MaxRefused)
            {
                _refused.Dequeue();
            }

            _refused.Enqueue(refused);
        }
    }

    public void MetOtherCopy(ContactId contact)
    {
        lock (_gate)
        {
            OtherCopies = OtherCopies.SetItem(contact, time.GetUtcNow());
        }
    }

    public void NamedUs(Address name)
    {
        lock (_gate)
        {
            _names = _names.Contains(name) ? _names : [name, .. _names.Take(MaxNames - 1)];
        }
    }
}
