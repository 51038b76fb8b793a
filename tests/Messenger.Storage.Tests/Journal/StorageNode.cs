using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.Ports;
using Messenger.Actors.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Messenger.Storage.Tests.Journal;

/// <summary>A host with the production storage and nothing else.</summary>
public sealed class StorageNode : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly PostgresStorage? _storage;

    private StorageNode(IHost host, PostgresStorage? storage) => (_host, _storage) = (host, storage);

    public ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    public IJournalReader Reader => _host.Services.GetRequiredService<IJournalReader>();

    public IJournalEraser Eraser => _host.Services.GetRequiredService<IJournalEraser>();

    public static Task<StorageNode> OnSqliteAsync(string folder) =>
        StartAsync(services => services.AddSqliteStorage(folder), akka => akka.WithSqliteStorage(folder), storage: null);

    /// <summary>Shuts another member out of the journal.</summary>
    public Task ShutOutAsync(StorageNode other) => _host.Services.GetRequiredService<IMemberFence>().ShutOutAsync(other._storage!.MemberLife, default);

    public static async Task<StorageNode> OnPostgresAsync(string connectionString, bool isMember = false)
    {
        var storage = await PostgresStorage.OpenAsync(connectionString, isMember, DatabasePatience.AtStart, TimeProvider.System, default);
        return await StartAsync(storage.AddTo, storage.AddTo, storage);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        if (_storage is not null)
        {
            await _storage.DisposeAsync();
        }
    }

    private static async Task<StorageNode> StartAsync(Action<IServiceCollection> services, Action<AkkaConfigurationBuilder> journal, PostgresStorage? storage)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        services(builder.Services);
        builder.Services.AddAkka("test", akka =>
        {
            akka.WithMessengerConfiguration().WithJournalSerialization();
            journal(akka);
        });
        var host = builder.Build();
        await host.StartAsync();
        return new StorageNode(host, storage);
    }
}
