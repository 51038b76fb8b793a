using System.Net;
using System.Text.Json;
using Messenger.Load.Clients;

namespace Messenger.Load.Nodes;

/// <summary>What a member holds in memory.</summary>
/// <param name="Contacts">Contacts.</param>
/// <param name="Shards">The shards that these are in, and empty ones.</param>
internal sealed record Held(int Contacts, int Shards);

/// <summary>The members of one node, on this machine and one database.</summary>
internal sealed class ClusterProcesses : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("messenger-load-").FullName;
    private readonly List<NodeProcess> _members = [];
    private readonly NodeDatabase _database;

    private ClusterProcesses(NodeDatabase database) => _database = database;

    /// <summary>All of them.</summary>
    public IReadOnlyList<NodeProcess> All => _members;

    /// <summary>Starts so many members, one after the other.</summary>
    public static async Task<ClusterProcesses> CreateAsync(LoadOptions options, int count, CancellationToken cancel)
    {
        if (options.Database == LoadOptions.Sqlite)
        {
            throw new LoadFailedException("A cluster needs a PostgreSQL server: name it with --database.");
        }

        var cluster = new ClusterProcesses(await NodeDatabase.CreateAsync(options.Database, cancel));
        try
        {
            var seeds = Enumerable.Range(0, count).Select(_ => new IPEndPoint(IPAddress.Loopback, Loopback.FreePort(IPAddress.Loopback)).ToString()).ToArray();
            foreach (var own in seeds)
            {
                cluster._members.Add(await NodeProcess.CreateAsync(
                    options,
                    cluster._database,
                    [
                        "--cluster", "on", "--cluster-listen", own, "--cluster-key", Path.Combine(cluster._folder, "master.key"),
                        .. seeds.SelectMany(seed => new[] { "--cluster-seed", seed }),
                    ],
                    cancel,
                    seals: false));
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>What each member says that it holds, by address.</summary>
    public async Task<IReadOnlyList<Held>> HeldAsync(CancellationToken cancel)
    {
        using var json = JsonDocument.Parse(await _members[0].Api.Http.GetStringAsync(new Uri("api/v1/node", UriKind.Relative), cancel));
        return [.. json.RootElement.GetProperty("members").EnumerateArray().Select(member => new Held(Number(member, "contacts"), Number(member, "shards")))];

        static int Number(JsonElement member, string name) => member.GetProperty(name) is { ValueKind: JsonValueKind.Number } said
            ? said.GetInt32()
            : throw new LoadFailedException("A member does not say what it holds.");
    }

    /// <summary>Bytes of the database, its indexes and what it has not given back included.</summary>
    public Task<long> DatabaseBytesAsync(CancellationToken cancel) => _database.BytesAsync(cancel);

    /// <summary>Connections that are open to the database.</summary>
    public Task<long> ConnectionsAsync(CancellationToken cancel) => _database.ConnectionsAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
        {
            await member.DisposeAsync();
        }

        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
