using System.Collections.Concurrent;
using System.Text;
using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;
using Messenger.Protocol.Envelopes;

namespace Messenger.Node.Peers;

/// <summary>
/// When a contact is shown our keys, and told what else we are: when it says that it has older ones, and once if it says nothing, because a peer that does not know
/// of them ignores the field.
/// </summary>
internal sealed class ShownKeys(IKeyring keyring, SealingPolicy sealing, DeliverySettings settings)
{
    private readonly ConcurrentDictionary<ContactId, long> _shown = new();
    private readonly ConcurrentDictionary<ContactId, bool> _told = new();
    private Tuple<Bundle, string>? _text;

    /// <summary>Our bundle as JSON; null when this node does not seal.</summary>
    public string? Bundle => sealing.Enabled ? Text(keyring.Bundle) : null;

    /// <summary>What this node says of itself beyond the seed.</summary>
    public Advertisement Advertised { get; } = sealing.Advertised(settings);

    /// <summary>What a contact's pong says about that: nothing to a peer that has shown no interest in anything of the kind, but once.</summary>
    /// <param name="contact">Who pings.</param>
    /// <param name="have">As in <see cref="For"/>.</param>
    public Advertisement? AdvertisedTo(ContactId contact, long? have) => _told.TryAdd(contact, true) || have is not null ? Advertised : null;

    /// <summary>What a contact's pong carries.</summary>
    /// <param name="contact">Who pings.</param>
    /// <param name="have">The counter of our bundle that it has; null when it says nothing.</param>
    public string? For(ContactId contact, long? have)
    {
        var bundle = keyring.Bundle;
        var known = have ?? _shown.GetValueOrDefault(contact);
        if (!sealing.Enabled || known >= bundle.Counter)
        {
            return null;
        }

        _shown[contact] = bundle.Counter;
        return Text(bundle);
    }

    /// <summary>Whether somebody has newer keys of ours than this node has made: only who has our identity can have made them.</summary>
    /// <param name="have">The counter of our bundle that it has.</param>
    public bool AreOlderThan(long? have)
    {
        if (sealing.Enabled && have > keyring.Bundle.Counter && have <= Counters.Max)
        {
            // Another member of a cluster is no copy.
            keyring.Refresh();
            return have > keyring.Bundle.Counter;
        }

        return false;
    }

    private string Text(Bundle bundle)
    {
        if (_text is { } known && ReferenceEquals(known.Item1, bundle))
        {
            return known.Item2;
        }

        var text = Encoding.UTF8.GetString(BundleText.Write(bundle));
        _text = Tuple.Create(bundle, text);
        return text;
    }
}
