using System.Collections.Immutable;
using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.Contacts;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Actors.Sealing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Domain.Roster;
using Microsoft.Extensions.DependencyInjection;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Node.Tests.Gui;

/// <summary>The client API in front of actors and a read model that say what a test wants.</summary>
internal sealed class NodeUnderTest : IAsyncDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("test");

    public RosterBoard Board { get; } = new();

    public PresenceBoard Presence { get; } = new();

    public LiveFeed Feed { get; } = new();

    public ScriptedHistory History { get; } = new();

    public Keyring Keyring { get; } = KeysInMemory.Ring();

    /// <summary>Whether the read model has caught up with the journal.</summary>
    public bool HasCaughtUp { get; set; } = true;

    /// <summary>What the contacts answer.</summary>
    public Func<object, object?> Contact { get; set; } = _ => null;

    /// <summary>What the roster answers.</summary>
    public Func<object, object?> Roster { get; set; } = _ => null;

    public GuiUnderTest Gui { get; private set; } = null!;

    public (string, string) Owner { get; private set; }

    public static async Task<NodeUnderTest> StartAsync(bool sealing = true)
    {
        var node = new NodeUnderTest();
        node.Gui = await GuiUnderTest.StartAsync(options => options with { Addresses = [Address.Parse("192.0.2.1")], Sealing = sealing }, services => services
            .AddSingleton(node.Board)
            .AddSingleton(node.Presence)
            .AddSingleton(node.Feed)
            .AddSingleton<IMessageHistory>(node.History)
            .AddSingleton<IKeyring>(node.Keyring)
            .AddSingleton(new SealingPolicy())
            .AddSingleton<IRequiredActor<ContactRegionKey>>(new Scripted<ContactRegionKey>(node._system, message => node.Contact(message)))
            .AddSingleton<IRequiredActor<RosterKey>>(new Scripted<RosterKey>(node._system, message => node.Roster(message)))
            .AddSingleton<IRequiredActor<HistoryKey>>(new Scripted<HistoryKey>(node._system, message => message is HistoryProtocol.WaitForTold ? new HistoryProtocol.UpToDate() : new HistoryProtocol.Readiness(node.HasCaughtUp))));
        node.Owner = ("Authorization", "Bearer " + node.Gui.AddToken());
        return node;
    }

    /// <summary>Puts a contact into the friend list; its addresses are separated by blanks.</summary>
    public ContactProfile Add(string id, string addresses = "10.0.0.1", ContactStanding standing = ContactStanding.Accepted)
    {
        var profile = new ContactProfile { Id = new(id), Addresses = [.. addresses.Split(' ').Select(Address.Parse)], Standing = standing, TheirKey = "theirs", IssuedKey = "ours-" + id };
        Board.Publish(new ContactDirectory([.. Board.Current.All.Where(row => row.Id != profile.Id), profile], key => key));
        return profile;
    }

    public Task<GuiUnderTest.Answer> GetAsync(string path) => Gui.GetAsync(path, Owner);

    public Task<GuiUnderTest.Answer> PostAsync(string path, object? body = null) => Gui.SendAsync(HttpMethod.Post, path, body, Owner);

    public Task<GuiUnderTest.Answer> SendAsync(HttpMethod method, string path, object? body = null) => Gui.SendAsync(method, path, body, Owner);

    public async ValueTask DisposeAsync()
    {
        await Gui.DisposeAsync();
        await _system.Terminate();
        _system.Dispose();
    }

    private sealed class Scripted<T>(ActorSystem system, Func<object, object?> answer) : IRequiredActor<T>
    {
        public IActorRef ActorRef { get; } = system.ActorOf(Props.Create(() => new Script(answer)));

        public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(ActorRef);
    }

    private sealed class Script : ReceiveActor
    {
        public Script(Func<object, object?> answer) => ReceiveAny(message =>
        {
            if (answer(message) is { } reply)
            {
                Sender.Tell(reply);
            }
        });
    }
}

/// <summary>A read model in memory.</summary>
internal sealed class ScriptedHistory : IMessageHistory
{
    private ImmutableArray<FeedEntry> _feed = [];

    public string Epoch => "epoch";

    /// <summary>The oldest feed number that is still known.</summary>
    public long Oldest { get; set; }

    public ImmutableDictionary<(ContactId, long), MessageRow> Rows { get; set; } = ImmutableDictionary<(ContactId, long), MessageRow>.Empty;

    public ImmutableDictionary<ContactId, ContactSummary> Summaries { get; set; } = ImmutableDictionary<ContactId, ContactSummary>.Empty;

    public MessagePageRequest? LastRequest { get; private set; }

    public MessagePage Page { get; set; } = new([], null, null);

    public SearchRequest? LastSearch { get; private set; }

    public SearchPage Found { get; set; } = new([], null);

    public FeedEntry Append(FeedKind kind, ContactId contact, long message = 0)
    {
        var entry = new FeedEntry(_feed.Length + 1, kind, contact, message);
        _feed = _feed.Add(entry);
        return entry;
    }

    public Task<MessagePage> MessagesAsync(ContactId contact, MessagePageRequest request, CancellationToken cancellation)
    {
        LastRequest = request;
        return Task.FromResult(Page);
    }

    public Task<bool> IndexAsync(int limit, CancellationToken cancellation) => Task.FromResult(false);

    public Task<SearchPage> SearchAsync(SearchRequest request, CancellationToken cancellation)
    {
        LastSearch = request;
        return Task.FromResult(Found);
    }

    public Task<MessageRow?> MessageAsync(ContactId contact, long number, CancellationToken cancellation) => Task.FromResult(Rows.GetValueOrDefault((contact, number)));

    public Task<IReadOnlyDictionary<(ContactId Contact, long Number), MessageRow>> MessagesAsync(
        IReadOnlyCollection<(ContactId Contact, long Number)> messages, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<(ContactId Contact, long Number), MessageRow>>(Rows.Where(row => messages.Contains(row.Key)).ToDictionary());

    public Task<IReadOnlyDictionary<ContactId, ContactSummary>> SummariesAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyDictionary<ContactId, ContactSummary>>(Summaries);

    public Task<ImmutableArray<FeedEntry>?> FeedAsync(long since, int limit, CancellationToken cancellation) => Task.FromResult<ImmutableArray<FeedEntry>?>(
        since < Oldest || since > _feed.Length ? null : [.. _feed.Where(entry => entry.Number > since).Take(limit)]);

    public Task<ImmutableArray<long>> SettledBeforeAsync(ContactId contact, DateTimeOffset before, int limit, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Whether the database cannot be asked.</summary>
    public Func<bool> IsAway { get; set; } = () => false;

    public Task<long> LastFeedNumberAsync(CancellationToken cancellation) =>
        IsAway() ? Task.FromException<long>(new Metrics.AwayException()) : Task.FromResult((long)_feed.Length);

    public Task<IReadOnlyDictionary<string, long>> OffsetsAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<AppliedEvents> ApplyAsync(IReadOnlyList<JournalSlice> slices, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ImmutableHashSet<MessageId>> KnownIdsAsync(ContactId contact, IReadOnlyCollection<MessageId> ids, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<SentEnvelope>> SentEnvelopesAsync(ContactId contact, IReadOnlyCollection<string> hashes, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<NamedMessage>> SentAsync(ContactId contact, IReadOnlyCollection<MessageId> ids, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<(long Number, string TextHash)?> QueuedByUuidAsync(ContactId contact, string uuid, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ImmutableArray<ContactId>> WithOutboxAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task ScrubAsync(CancellationToken cancellation) => throw new NotSupportedException();
}
