using System.Collections.Immutable;
using System.Data.Common;
using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Domain.Roster;
using Messenger.Node.Api;
using Messenger.Node.Data;
using Messenger.Node.Metrics;
using Messenger.Node.Tests.Gui;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Node.Tests.Metrics;

public sealed class NodeMeterTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly ContactId Friend = new("friend");

    private readonly ActorSystem _system = ActorSystem.Create("meter");
    private readonly FakeTimeProvider _time = new(Now);
    private readonly TemporaryFolder _folder = new();
    private readonly QueueBoard _queue = new();
    private readonly RosterBoard _roster = new();
    private readonly PresenceBoard _presence = new();
    private readonly LiveFeed _feed = new();
    private readonly Database _database = new();
    private readonly NodeMeter _meter;
    private readonly MeterCollector _collector;
    private readonly NodeGauges _gauges;
    private long? _lag = 0;

    public NodeMeterTests()
    {
        _meter = new NodeMeter(_queue);
        _collector = new MeterCollector(_meter);
        _gauges = new NodeGauges(
            _meter, _queue, _roster, _presence, _feed, _database.History, _database, new Projection(_system, () => _lag),
            DatabaseSize.OfFiles(_folder.Path, _time),
            new Readiness(new ServiceCollection().BuildServiceProvider(), new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), _time), _time);
    }

    [Fact]
    public async Task Every_metric_changes_when_it_should()
    {
        var before = await ReadAsync();

        _roster.Publish(new ContactDirectory([new ContactProfile { Id = Friend, Addresses = [Address.Parse("10.0.0.1")], Standing = ContactStanding.Accepted }], key => key));
        _presence.Heard(Friend, Now);
        _meter.Committed(
            [
                new MessageQueued(Now, "u", "1", "", "text", "hash"),
                new MessageQueued(Now, "v", "1", "", "text", "hash") { WrittenAt = Now },
                Received(null), Received(new ContactId("relay")), Received(new ContactId("relay")),
                new MessagesDelivered(Now, [1]), new MessagesRead(Now, [1, 2]),
                new MessageRefused(Now, 1, "The recipient's node answered HTTP 413."), new MessageDeferred(Now, 2, "The recipient's node answered 0."),
            ],
            [TimeSpan.FromSeconds(2)],
            TimeSpan.FromMilliseconds(3));
        _meter.Queued(Friend, 3, Now - TimeSpan.FromMinutes(1));
        _meter.Called("ping", "no_answer", TimeSpan.FromSeconds(5));
        _meter.AskedRelay("taken");
        _meter.Carried("handed_on", 4);
        _meter.Answered("send", "done", TimeSpan.FromMilliseconds(7));
        _meter.Unread("too_large");
        _meter.Refused("send", "It shows no key that a friend has.");
        _meter.OwnerAnswered("GET", "/api/v1/contacts", "200");
        using var stream = _feed.Subscribe();
        _database.Held = [new RelayHolding(Friend, 5, 600)];
        _lag = 8;
        await File.WriteAllTextAsync(_folder.File("journal.db"), "0123456789");
        await File.WriteAllTextAsync(_folder.File("journal.db-wal"), "01234");
        var after = await ReadAsync();

        Expect("messenger_messages_accepted_total{source=\"owner\"}", 1);
        Expect("messenger_messages_accepted_total{source=\"peer\"}", 1);
        Expect("messenger_messages_accepted_total{source=\"relay\"}", 2);
        Expect("messenger_messages_accepted_total{source=\"import\"}", 1);
        Expect("messenger_messages_delivered_total", 1);
        Expect("messenger_messages_read_total", 2);
        Expect("messenger_messages_refused_total{reason=\"recipient_error\"}", 1);
        Expect("messenger_messages_deferred_total{reason=\"not_taken\"}", 1);
        Expect("messenger_commit_duration_seconds_bucket{le=\"0.0025\"}", 0);
        Expect("messenger_commit_duration_seconds_bucket{le=\"0.005\"}", 1);
        Expect("messenger_commit_duration_seconds_count", 1);
        Expect("messenger_delivery_duration_seconds_bucket{le=\"1\"}", 0);
        Expect("messenger_delivery_duration_seconds_bucket{le=\"5\"}", 1);
        Expect("messenger_delivery_duration_seconds_bucket{le=\"+Inf\"}", 1);
        Expect("messenger_delivery_duration_seconds_sum", 2);
        Expect("messenger_queue_messages", 3);
        Expect("messenger_queue_age_seconds", 60);
        Expect("messenger_calls_total{action=\"ping\",outcome=\"no_answer\"}", 1);
        Expect("messenger_call_duration_seconds_sum{action=\"ping\"}", 5);
        Expect("messenger_relay_asks_total{answer=\"taken\"}", 1);
        Expect("messenger_carried_total{step=\"handed_on\"}", 4);
        Expect("messenger_carried_messages", 5);
        Expect("messenger_carried_bytes", 600);
        Expect("messenger_peer_requests_total{action=\"send\",outcome=\"done\"}", 1);
        Expect("messenger_peer_request_duration_seconds_count{action=\"send\"}", 1);
        Expect("messenger_peer_unread_total{reason=\"too_large\"}", 1);
        Expect("messenger_peer_refusals_total{action=\"send\",reason=\"unknown_key\"}", 1);
        Expect("messenger_owner_requests_total{method=\"GET\",route=\"/api/v1/contacts\",status=\"200\"}", 1);
        Expect("messenger_live_streams", 1);
        Expect("messenger_contacts{standing=\"accepted\"}", 1);
        Expect("messenger_contacts_online", 1);
        Expect("messenger_readmodel_lag", 8);
        Expect("messenger_database_size_bytes{file=\"journal\"}", 15);
        Assert.Equal(1, after["messenger_database_up"]);
        Assert.Equal(Now.ToUnixTimeSeconds(), after["messenger_start_time_seconds"]);
        Assert.Equal(1, after[$"messenger_info{{version=\"{NodeVersion.Current}\"}}"]);

        // Nothing may be added without a line above.
        string[] constant = ["messenger_database_up", "messenger_start_time_seconds", "messenger_info"];
        var unchanged = after.Families.Keys.Where(family => family.StartsWith("messenger_", StringComparison.Ordinal) && !constant.Contains(family))
            .Where(family => before.Of(family).OrderBy(value => value.Key).SequenceEqual(after.Of(family).OrderBy(value => value.Key)));
        Assert.Empty(unchanged);

        void Expect(string series, double value)
        {
            Assert.Equal(0, before[series]);
            Assert.Equal(value, after[series], 3);
        }
    }

    [Fact]
    public async Task A_database_that_is_away_is_shown_and_what_it_knows_is_missing_rather_than_old()
    {
        _database.Held = [new RelayHolding(Friend, 5, 600)];
        Assert.Equal(5, (await ReadAsync())["messenger_carried_messages"]);

        (_database.Away, _lag) = (true, null);
        var page = await ReadAsync();

        Assert.Equal(0, page["messenger_database_up"]);
        Assert.Empty(page.Of("messenger_carried_messages"));
        Assert.Empty(page.Of("messenger_readmodel_lag"));
    }

    [Fact]
    public async Task The_process_tells_its_own_use_of_the_machine()
    {
        var page = await ReadAsync();

        Assert.True(page["dotnet_process_memory_working_set_bytes"] > 1 << 20);
        Assert.True(page["dotnet_process_cpu_time_seconds_total{cpu_mode=\"user\"}"] > 0);
        Assert.Contains("dotnet_gc_pause_time_seconds_total", page.Names);
    }

    [Fact]
    public async Task What_no_longer_waits_is_taken_off_the_queue()
    {
        _meter.Queued(Friend, 2, Now);
        _meter.Queued(new ContactId("other"), 1, Now - TimeSpan.FromSeconds(5));
        _meter.Queued(Friend, 0, null);
        var page = await ReadAsync();

        Assert.Equal(1, page["messenger_queue_messages"]);
        Assert.Equal(5, page["messenger_queue_age_seconds"]);
    }

    [Fact]
    public async Task However_many_values_a_tag_has_the_page_stays_small_and_no_measurement_is_lost()
    {
        for (var i = 0; i < 2_000; i++)
        {
            _meter.OwnerAnswered("GET", $"/{i}", "200");
        }

        var series = (await ReadAsync()).Of("messenger_owner_requests_total");

        Assert.InRange(series.Count, 1, 501);
        Assert.Equal(2_000, series.Values.Sum());
    }

    [Fact]
    public async Task What_is_written_into_a_tag_cannot_break_the_page()
    {
        _meter.OwnerAnswered("GET", "/a\"b\\c\nd", "200");

        Assert.Contains("route=\"/a\\\"b\\\\c\\nd\"", (await ReadAsync()).Text, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
        _system.Dispose();
        _folder.Dispose();
    }

    private static MessageReceived Received(ContactId? via) => new(Now, MessageId.Derive("1", "", "text"), "1", "", "text", Now, 1, via, via is null);

    private async Task<MetricPage> ReadAsync()
    {
        await _gauges.RefreshAsync(CancellationToken.None);
        return new MetricPage(_collector.Write());
    }

    private sealed class Projection(ActorSystem system, Func<long?> lag) : IRequiredActor<HistoryKey>
    {
        public IActorRef ActorRef { get; } = system.ActorOf(Props.Create(() => new Answering(lag)));

        public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(ActorRef);
    }

    private sealed class Answering : ReceiveActor
    {
        public Answering(Func<long?> lag) => Receive<HistoryProtocol.GetLag>(_ => Sender.Tell(new HistoryProtocol.Lag(lag())));
    }

    private sealed class Database : IRelayStore
    {
        public bool Away { get; set; }

        public ImmutableArray<RelayHolding> Held { get; set; } = [];

        public IMessageHistory History => new ScriptedHistory { IsAway = () => Away };

        public Task<ImmutableArray<RelayHolding>> HoldingsAsync(CancellationToken cancellation) =>
            Away ? Task.FromException<ImmutableArray<RelayHolding>>(new AwayException()) : Task.FromResult(Held);

        public Task<RelayStoring> StoreAsync(RelayedMessage message, RelayQuota quota, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ImmutableArray<HeldMessage>> PendingAsync(ContactId recipient, int count, int bytes, CancellationToken cancellation) => throw new NotSupportedException();

        public Task RemoveAsync(ImmutableArray<long> numbers, CancellationToken cancellation) => throw new NotSupportedException();

        public Task ExpireAsync(DateTimeOffset now, CancellationToken cancellation) => throw new NotSupportedException();

        public Task ForgetAsync(ContactId contact, CancellationToken cancellation) => throw new NotSupportedException();
    }
}

/// <summary>What a database throws that is not there.</summary>
internal sealed class AwayException() : DbException("The database is away.");
