using System.Collections.Immutable;
using System.Data.Common;
using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Roster;
using Messenger.Node.Api;
using Messenger.Node.Data;

namespace Messenger.Node.Metrics;

/// <summary>What is so now: looked up when somebody asks for the metrics, and not before.</summary>
internal sealed class NodeGauges
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly IMessageHistory _history;
    private readonly IRelayStore _relays;
    private readonly IRequiredActor<HistoryKey> _projection;
    private readonly DatabaseSize _size;
    private State _state = new(false, null, null, null);

    /// <summary>Adds the gauges to the meter of the node.</summary>
    public NodeGauges(
        NodeMeter node, QueueBoard queue, RosterBoard roster, PresenceBoard presence, LiveFeed feed, IMessageHistory history, IRelayStore relays,
        IRequiredActor<HistoryKey> projection, DatabaseSize size, Readiness readiness, TimeProvider time)
    {
        (_history, _relays, _projection, _size) = (history, relays, projection, size);
        var meter = node.Meter;
        meter.CreateObservableGauge("messenger.queue.messages", () => queue.Messages, null, "Messages of the owner that are not delivered.");
        meter.CreateObservableGauge(
            "messenger.queue.age", () => queue.Oldest is { } oldest ? Math.Max(0, (time.GetUtcNow() - oldest).TotalSeconds) : 0, "s", "How long the oldest of them has waited; 0 for none.");
        meter.CreateObservableGauge("messenger.contacts", () => Standings(roster), null, "Contacts, by where the friendship stands.");
        meter.CreateObservableGauge("messenger.contacts.online", () => Online(roster, presence, time.GetUtcNow()), null, "Accepted contacts that were heard or reached in the last 75 seconds.");
        meter.CreateObservableGauge("messenger.live.streams", () => feed.Audience, null, "Open streams of live events.");
        meter.CreateObservableGauge("messenger.carried.messages", () => Known(_state.Held?.Sum(held => (long)held.Messages)), null, "Messages that are held for friends.");
        meter.CreateObservableGauge("messenger.carried", () => Known(_state.Held?.Sum(held => held.Bytes)), "By", "Bytes that are held for friends.");
        meter.CreateObservableGauge("messenger.database.up", () => _state.Up ? 1 : 0, null, "Whether the database answered a question within 2 seconds.");
        meter.CreateObservableGauge("messenger.database.size", Sizes, "By", "Size of the SQLite files with their write-ahead logs, or of the PostgreSQL database, as of the last minute.");
        meter.CreateObservableGauge("messenger.readmodel.lag", () => Known(_state.Lag), null, "Rows of the journal that are not in the read model.");
        meter.CreateObservableGauge("messenger.start.time", () => readiness.StartedAt.ToUnixTimeMilliseconds() / 1000.0, "s", "When the node was started, since 1970.");
        meter.CreateObservableGauge("messenger.info", () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", NodeVersion.Current)), null, "The node's version.");
    }

    /// <summary>Asks the database and the actors; what does not answer in time is missing from the gauges.</summary>
    public async Task RefreshAsync(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        var up = UpAsync(patience.Token);
        var held = HeldAsync(patience.Token);
        var lag = LagAsync(patience.Token);
        var sizes = SizesAsync(patience.Token);
        _state = new(await up, await held, await lag, await sizes);
    }

    private async Task<bool> UpAsync(CancellationToken stop)
    {
        try
        {
            await _history.LastFeedNumberAsync(stop).WaitAsync(stop);
            return true;
        }
        catch (Exception error) when (error is DbException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<ImmutableArray<RelayHolding>?> HeldAsync(CancellationToken stop)
    {
        try
        {
            return await _relays.HoldingsAsync(stop).WaitAsync(stop);
        }
        catch (Exception error) when (error is DbException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<ImmutableDictionary<string, long>?> SizesAsync(CancellationToken stop)
    {
        try
        {
            return await _size.MeasureAsync(stop).WaitAsync(stop);
        }
        catch (Exception error) when (error is DbException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<long?> LagAsync(CancellationToken stop)
    {
        try
        {
            return (await _projection.ActorRef.Ask<HistoryProtocol.Lag>(new HistoryProtocol.GetLag(), Patience, stop)).Rows;
        }
        catch (Exception error) when (error is AskTimeoutException or OperationCanceledException)
        {
            return null;
        }
    }

    private static IEnumerable<Measurement<long>> Known(long? value) => value is { } known ? [new(known)] : [];

    private static IEnumerable<Measurement<int>> Standings(RosterBoard roster)
    {
        var counts = roster.Current.All.CountBy(profile => profile.Standing).ToDictionary();
        return Enum.GetValues<ContactStanding>().Select(standing => new Measurement<int>(
            counts.GetValueOrDefault(standing), new KeyValuePair<string, object?>("standing", standing.ToString().ToLowerInvariant())));
    }

    private static int Online(RosterBoard roster, PresenceBoard presence, DateTimeOffset now) =>
        roster.Current.All.Count(profile => profile.Standing == ContactStanding.Accepted && presence.Of(profile.Id).IsOnline(now));

    private IEnumerable<Measurement<long>> Sizes() =>
        (_state.Sizes ?? []).Select(size => new Measurement<long>(size.Value, new KeyValuePair<string, object?>("file", size.Key)));

    private sealed record State(bool Up, ImmutableArray<RelayHolding>? Held, long? Lag, ImmutableDictionary<string, long>? Sizes);
}
