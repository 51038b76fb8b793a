using System.Collections.Immutable;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;

namespace Messenger.Domain.Relaying;

/// <summary>Whom to ask to carry a message (seed 5, protocol.md, resend).</summary>
public static class RelayChoice
{
    /// <summary>Copies of a message at relays.</summary>
    public const int Copies = 3;

    /// <summary>How long a relay keeps a message, and is not asked for it again.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(14);

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromDays(1);

    /// <summary>How many more relays the message may be given to.</summary>
    public static int Wanted(OutboxEntry entry, DateTimeOffset now) =>
        Math.Max(0, Copies - entry.Asks.Count(a => a.Carries && now - a.At < Retention));

    /// <summary>Whether a relay may be asked for the message: not twice a day, and not while it carries it.</summary>
    public static bool MayAsk(OutboxEntry entry, ContactId relay, DateTimeOffset now) =>
        !entry.Asks.Any(a => a.Relay == relay && now - a.At < (a.Carries ? Retention : AskAgainAfter));

    /// <summary>Messages that relays shall be asked to carry now: a try to reach the recipient failed and they have waited.</summary>
    /// <param name="state">The recipient's state.</param>
    /// <param name="link">The recipient's link.</param>
    /// <param name="settings">Intervals.</param>
    /// <param name="now">The clock.</param>
    public static IEnumerable<KeyValuePair<long, OutboxEntry>> Due(ContactState state, Link link, DeliverySettings settings, DateTimeOffset now) =>
        link.Failures == 0 || state.Held ? [] : state.Outbox.Where(m => !m.Value.Waits && (m.Value.IsSealed || settings.RelayPlaintext || !settings.OwnServers.IsEmpty) && now - m.Value.QueuedAt >= settings.RelayAfter && Wanted(m.Value, now) > 0);

    /// <summary>Chooses at random among those that may be asked.</summary>
    /// <param name="entry">The message.</param>
    /// <param name="candidates">Online contacts with <c>can_resend</c>, without the recipient.</param>
    /// <param name="underWay">Relays that are being asked about it right now.</param>
    /// <param name="random">Randomness.</param>
    /// <param name="now">The clock.</param>
    /// <param name="first">Who of them is asked before the others: own servers, and those that the recipient named.</param>
    public static ImmutableArray<ContactId> Choose(
        OutboxEntry entry, IEnumerable<ContactId> candidates, IReadOnlyCollection<ContactId> underWay, Random random, DateTimeOffset now,
        IReadOnlySet<ContactId>? first = null)
    {
        var free = candidates.Where(c => !underWay.Contains(c) && MayAsk(entry, c, now)).ToArray();
        random.Shuffle(free);
        return [.. free.OrderBy(c => first?.Contains(c) == true ? 0 : 1).Take(Math.Max(0, Wanted(entry, now) - underWay.Count))];
    }
}
