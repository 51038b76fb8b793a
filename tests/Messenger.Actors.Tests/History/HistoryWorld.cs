using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Actors.Serialization;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Messenger.Actors.Tests.History;

/// <summary>A host with the production history over SQLite, and a journal in memory or, where asked for, on disk.</summary>
internal sealed class HistoryWorld : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly IHost _host;

    private HistoryWorld(IHost host, MemoryJournal journal) => (_host, Journal) = (host, journal);

    public MemoryJournal Journal { get; }

    public StubbornHistory History => (StubbornHistory)_host.Services.GetRequiredService<IMessageHistory>();

    public LiveFeed Feed => _host.Services.GetRequiredService<LiveFeed>();

    public ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    private IActorRef Actor => _host.Services.GetRequiredService<IActorRegistry>().Get<HistoryKey>();

    /// <param name="folder">The data folder.</param>
    /// <param name="journal">A journal in memory; the one in the folder when there is none.</param>
    /// <param name="time">The clock of the pauses; the real one when there is none.</param>
    public static async Task<HistoryWorld> StartAsync(string folder, MemoryJournal? journal, TimeProvider? time = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var services = builder.Services.AddSqliteStorage(folder).AddSingleton<LiveFeed>().AddSingleton(time ?? TimeProvider.System);
        var sqlite = services.Single(s => s.ServiceType == typeof(IMessageHistory));
        services.AddKeyedSingleton("sqlite", (provider, _) => (IMessageHistory)sqlite.ImplementationFactory!(provider));
        services.AddSingleton<IMessageHistory>(provider => new StubbornHistory(provider.GetRequiredKeyedService<IMessageHistory>("sqlite")));
        if (journal is not null)
        {
            services.AddSingleton<IJournalReader>(journal);
        }

        services.AddAkka("test", akka => akka.WithMessengerConfiguration().WithJournalSerialization().WithSqliteStorage(folder).WithHistory());
        var host = builder.Build();
        await host.StartAsync();
        return new HistoryWorld(host, journal ?? new MemoryJournal());
    }

    public static ContactCommit Queued(string text) => Row(new MessageQueued(Now, $"uuid of {text}", "1", "", text, "hash"));

    public static ContactCommit Received(string text) =>
        Row(new MessageReceived(Now, MessageId.Derive("1", "", text), "1", "", text, null, ClaimedTime.ToMicroseconds(Now), null, true));

    public static ContactCommit Row(ContactEvent happened) => new([happened]);

    public void Hint(JournalSlice slice) => Actor.Tell(new HistoryProtocol.Committed(slice));

    public void Announce(string persistenceId, long sequence) => Actor.Tell(new HistoryProtocol.Announce(persistenceId, sequence));

    public void CatchUp() => Actor.Tell(new HistoryProtocol.CatchUp());

    public Task UpToDate() => Actor.Ask<HistoryProtocol.UpToDate>(new HistoryProtocol.WaitForTold(), Patience);

    public Task Reached(string persistenceId, long sequence) =>
        Actor.Ask<HistoryProtocol.Reached>(new HistoryProtocol.WaitFor(persistenceId, sequence), Patience);

    /// <summary>Ends when the search index knows everything; what asks for it does none of the work.</summary>
    public async Task IndexIsComplete()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await History.IndexAsync(0, patience.Token))
        {
            await Task.Delay(10, patience.Token);
        }
    }

    public Task Ready() => Actor.Ask<HistoryProtocol.Ready>(new HistoryProtocol.WaitUntilReady(), Patience);

    public async Task<IEnumerable<string?>> Texts(ContactId contact) =>
        (await History.MessagesAsync(contact, new MessagePageRequest(null, null, null, 1000), default)).Messages.Reverse().Select(m => m.Text);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }
    }
}
