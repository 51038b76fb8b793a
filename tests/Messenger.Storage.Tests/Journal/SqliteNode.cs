using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.Ports;
using Messenger.Actors.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Messenger.Storage.Tests.Journal;

/// <summary>A host with the production storage and nothing else.</summary>
internal sealed class SqliteNode : IAsyncDisposable
{
    private readonly IHost _host;

    private SqliteNode(IHost host) => _host = host;

    public ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    public IJournalReader Reader => _host.Services.GetRequiredService<IJournalReader>();

    public IJournalEraser Eraser => _host.Services.GetRequiredService<IJournalEraser>();

    public static async Task<SqliteNode> StartAsync(string folder)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSqliteStorage(folder).AddAkka(
            "test", akka => akka.WithMessengerConfiguration().WithJournalSerialization().WithSqliteStorage(folder));
        var host = builder.Build();
        await host.StartAsync();
        return new SqliteNode(host);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
