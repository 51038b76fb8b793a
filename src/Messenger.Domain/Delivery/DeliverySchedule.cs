using System.Collections.Immutable;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Delivery;

/// <summary>What to do next about a contact.</summary>
/// <param name="Start">The exchange to start now, if any.</param>
/// <param name="LookAgainAt">When to look again if nothing happens before, UTC; <see langword="null"/> when nothing is due.</param>
public readonly record struct NextStep(Exchange? Start, DateTimeOffset? LookAgainAt);

/// <summary>Decides what is said to a contact and when (protocol.md, ping, send, history, resend).</summary>
public static class DeliverySchedule
{
    // After that what was read is told when the contact is heard of again: nobody is called for it who is away.
    private const int ReceiptTries = 3;

    /// <summary>The next step.</summary>
    /// <param name="state">The contact.</param>
    /// <param name="committed">Journal number up to which everything is on disk: nothing newer is sent.</param>
    /// <param name="link">Where delivery stands.</param>
    /// <param name="view">What the friend list says.</param>
    /// <param name="settings">Intervals.</param>
    /// <param name="now">The clock.</param>
    public static NextStep Next(ContactState state, long committed, Link link, LinkView view, DeliverySettings settings, DateTimeOffset now)
    {
        if (link.InFlight is not null || !view.Dialable)
        {
            return default;
        }

        if (link.NotBefore is { } gate && gate > now)
        {
            return HasWork(state, link, view, settings, now) ? new(null, gate) : default;
        }

        if (view.HandshakeDue && !(link.HandshakeNotBefore > now))
        {
            return new(new Exchange.Handshake(), null);
        }

        if (!view.HasKey)
        {
            return new(null, view.HandshakeDue ? link.HandshakeNotBefore : null);
        }

        // After a failure the small ping finds out whether the contact is back, not a large history.
        // A contact that has not seen our identity can make nothing of what is sealed.
        if (link.KeyDoubted || link.IntroductionDue || (HasWork(state, link, view, settings, now) && (link.Failures > 0 || link.KeyHeld)))
        {
            return new(new Exchange.Ping(), null);
        }

        return Work(state, committed, link, view, settings, now) is { } work
            ? new(work, null)
            : new(null, Earliest(state, link, view, settings, now));
    }

    private static Exchange? Work(ContactState state, long committed, Link link, LinkView view, DeliverySettings settings, DateTimeOffset now)
    {
        // What it writes to us goes nowhere until it knows.
        if (view.MoveTo is { } address && !(link.MovesAt > now))
        {
            return new Exchange.Move(address);
        }

        var own = state.Held ? [] : state.Outbox
            .TakeWhile(m => m.Key <= committed)
            .Where(m => CanLeave(m.Value, committed) && IsReady(link.Deferred, m.Key, now))
            .Select(m => m.Key)
            .Take(BatchLimit(link, settings, now))
            .ToImmutableArray();
        if (own.Length > 0)
        {
            return new Exchange.Deliver(own, Carried: false);
        }

        if (!link.RelayRequests.IsEmpty)
        {
            return new Exchange.Relay(link.RelayRequests.Peek());
        }

        if (link.CarriedWaiting || link.CarriedDeferred.Values.Any(d => d.NotBefore <= now))
        {
            return new Exchange.Deliver([], Carried: true);
        }

        if (Owes(state, view) && state.OwedSince <= committed && !(link.ReceiptsAt > now))
        {
            return new Exchange.Receipt(state.Owed[0]);
        }

        return link.PingDue || PingAt(state, link, settings, now) <= now ? new Exchange.Ping() : null;
    }

    /// <summary>How many messages one request may hold now, own or carried.</summary>
    public static int BatchLimit(Link link, DeliverySettings settings, DateTimeOffset now) =>
        link.SinglesUntil > now ? 1 : link.BatchLimit ?? settings.BatchMessages;

    /// <summary>Whether the form in which a message leaves is there, and on the disk.</summary>
    public static bool CanLeave(OutboxEntry entry, long committed) => !entry.Waits && entry.Stored <= committed;

    /// <summary>Whether a message's own wait is over.</summary>
    public static bool IsReady(ImmutableDictionary<long, Deferral> deferred, long number, DateTimeOffset now) =>
        !deferred.TryGetValue(number, out var deferral) || deferral.NotBefore <= now;

    private static bool HasWork(ContactState state, Link link, LinkView view, DeliverySettings settings, DateTimeOffset now) =>
        state.Outbox.Count > 0 || view.MoveTo is not null || link.CarriedWaiting || !link.CarriedDeferred.IsEmpty || !link.RelayRequests.IsEmpty || link.PingDue
        || (Owes(state, view) && link is { Failures: <= ReceiptTries, KeyHeld: false }) || view.HandshakeDue || link.WantedUntil > now || settings.PingAlways;

    private static bool Owes(ContactState state, LinkView view) => view.TakesReceipts && !state.Owed.IsEmpty;

    private static DateTimeOffset? PingAt(ContactState state, Link link, DeliverySettings settings, DateTimeOffset now) =>
        state.Outbox.Count > 0 || link.WantedUntil > now || settings.PingAlways
            ? (link.LastContact ?? DateTimeOffset.MinValue) + settings.PingInterval
            : null;

    private static DateTimeOffset? Earliest(ContactState state, Link link, LinkView view, DeliverySettings settings, DateTimeOffset now)
    {
        var earliest = PingAt(state, link, settings, now);
        foreach (var deferral in link.Deferred.Where(d => state.Outbox.ContainsKey(d.Key)).Concat(link.CarriedDeferred))
        {
            earliest = Min(earliest, deferral.Value.NotBefore);
        }

        earliest = view.MoveTo is null ? earliest : Min(earliest, link.MovesAt);
        earliest = Owes(state, view) ? Min(earliest, link.ReceiptsAt) : earliest;
        return view.HandshakeDue ? Min(earliest, link.HandshakeNotBefore) : earliest;
    }

    private static DateTimeOffset? Min(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;
}
