using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Messenger.EndToEnd.Tests.Crash;
using Messenger.EndToEnd.Tests.Nodes;
using Messenger.EndToEnd.Tests.SeedPeer;
using Messenger.Storage.Tests.Postgres;

namespace Messenger.EndToEnd.Tests.Cluster;

/// <summary>A seed peer that is a friend of the cluster.</summary>
internal sealed record PeerOfCluster(SeedDouble Peer, string Contact, Direction ToPeer, Direction FromPeer);

/// <summary>
/// Three members on one database behind one proxy, the third on a machine of its own, and seed peers that know of one node only. What must be true
/// of them whenever everything has settled is what must be true of a node alone.
/// </summary>
internal sealed class ClusterWorld : IAsyncDisposable
{
    private const int SecondGuiPort = 7461;
    private const int ClusterPort = 7452;
    private const int Members = 3;

    // The feed keeps 10,000 entries, two of a message at most, for a browser that is behind: one that is further behind is told to begin anew.
    private const int AheadOfWatch = 3_000;
    private const string Password = "a password for the tests";

    // The journal says who wrote a row: whoever writes between two rows of another writer was there at the same time.
    private const string ContactsWithTwoWriters =
        "select count(*) from (select persistence_id from journal group by persistence_id, writer_uuid having max(sequence_number) - min(sequence_number) + 1 <> count(*)) as mixed";

    private readonly PostgresServer server;
    private readonly string database;
    private readonly ScratchFolder shared = new();
    private readonly List<NodeProcess> members = [];
    private readonly List<PeerOfCluster> peers = [];
    private HaProxy? proxy;
    private TcpForwarder? forwarder;
    private EventWatch? watch;

    private ClusterWorld(PostgresServer server, CutNetwork network)
    {
        (this.server, Network) = (server, network);
        database = server.CreateDatabase();
    }

    public CutNetwork Network { get; }

    public IReadOnlyList<NodeProcess> Nodes => members;

    public IReadOnlyList<PeerOfCluster> Peers => peers;

    /// <summary>What friends dial.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The owner, through the proxy.</summary>
    public NodeApi Api { get; private set; } = null!;

    public int Acknowledgements => peers.Sum(peer => peer.ToPeer.Acknowledgements + peer.FromPeer.Acknowledgements);

    public static async Task<ClusterWorld> StartAsync(PostgresServer server, int friends)
    {
        HaProxy.Require();
        server.Require();
        var world = new ClusterWorld(server, CutNetwork.Create());
        try
        {
            await world.BuildAsync(friends);
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the browser that watches has not more left to hear than the feed keeps for it.</summary>
    public async Task PaceAsync()
    {
        while (Acknowledgements - watch!.Announced > AheadOfWatch)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>A new message to every friend is taken by somebody within this time.</summary>
    public async Task<TimeSpan> WorksAsync(string name, Random random, TimeSpan within)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(peers.Select(async peer =>
        {
            var load = new Load(milestone: 0);
            await load.PutAsync(Api, peer.Contact, peer.ToPeer.NewAuthor(name, random), 1);
        }));
        var took = Stopwatch.GetElapsedTime(began);
        Assert.True(took < within, $"{name}: every contact worked only after {took.TotalSeconds:F1} s.{Environment.NewLine}{Evidence()}");
        return took;
    }

    /// <summary>Waits until nothing is under way, and demands that nothing was lost, doubled, moved or lied about, and nobody wrote beside another.</summary>
    public async Task CheckAsync()
    {
        foreach (var peer in peers)
        {
            await Eventually.Reads(async () => (await Api.ContactAsync(peer.Contact)).Outbox, outbox => outbox == 0, $"the outbox of {peer.Peer.Address} is empty", Evidence);
            await peer.ToPeer.CheckAsync();
            await peer.FromPeer.CheckAsync();
            var conversation = await Api.ConversationAsync(peer.Contact);
            Assert.Equal(["delivered"], conversation.Where(m => m.Direction == "out").Select(m => m.State).Distinct());
            Assert.Equal(conversation.Count(m => m.Direction == "in"), (await Api.ContactAsync(peer.Contact)).Unread);
            await watch!.CheckAsync(peer.Contact, conversation);
        }

        Assert.Equal("0", server.Query(database, ContactsWithTwoWriters));
    }

    public string Evidence() => string.Join(Environment.NewLine, members.Select(member => member.Evidence()));

    public async ValueTask DisposeAsync()
    {
        if (watch is not null)
        {
            await watch.DisposeAsync();
        }

        foreach (var member in members)
        {
            await member.DisposeAsync();
        }

        foreach (var peer in peers)
        {
            await peer.Peer.DisposeAsync();
        }

        Api?.Dispose();
        proxy?.Dispose();
        if (forwarder is not null)
        {
            await forwarder.DisposeAsync();
        }

        Network.Dispose();
        shared.Dispose();
    }

    private async Task BuildAsync(int friends)
    {
        var gui = new IPEndPoint(IPAddress.Loopback, Loopback.FreePort(IPAddress.Loopback));
        var front = new IPEndPoint(Network.Here, Loopback.FreePort(Network.Here));
        Address = front.ToString();
        var here = new IPEndPoint(Network.Here, Loopback.FreePort(Network.Here));
        forwarder = new TcpForwarder(here, new IPEndPoint(IPAddress.Loopback, DatabasePort()));
        var set = await CommandLine.RunAsync(["password", "set", "--database", database, "--data", shared.Path], Password + Environment.NewLine);
        Assert.True(set.ExitCode == 0, set.Error);

        var doubles = await MeetAsync(friends);
        var seeds = Enumerable.Range(0, Members - 1).Select(_ => $"{Network.Here}:{Loopback.FreePort(Network.Here)}").Append($"{Network.There}:{ClusterPort}").ToArray();
        var backends = new List<Backend>();
        for (var number = 0; number < Members; number++)
        {
            var isApart = number == Members - 1;
            var host = isApart ? Network.There : Network.Here;
            var settings = new NodeSettings
            {
                Address = Address,
                PeerHost = host,
                NetworkNamespace = isApart ? Network.Namespace : null,
                Options =
                [
                    "--cluster", "--cluster-listen", seeds[number], "--cluster-key", Path.Combine(shared.Path, "master.key"),
                    .. seeds.SelectMany(seed => new[] { "--cluster-seed", seed }),
                    "--database", isApart ? Elsewhere(here) : database,
                    "--peer-proxy", Network.Here.ToString(), "--contacts", ContactsFile,
                    .. isApart ? new[] { "--gui-listen", $"{Network.There}:{SecondGuiPort}" } : [],
                ],
            };
            members.Add(await NodeProcess.StartAsync(settings));
            var member = members[^1];
            backends.Add(new Backend(member.Peers, isApart ? new(Network.There, SecondGuiPort) : new(IPAddress.Loopback, member.Gui.Port)));
        }

        proxy = new HaProxy(front, gui, Network.Here, backends);
        Api = new NodeApi(new Uri($"http://{gui}/"), await members[0].AddTokenAsync("through the proxy"), Evidence);
        await Eventually.Holds(() => IsServedAsync(gui), "the proxy serves", Evidence);
        watch = await EventWatch.StartAsync(Api);
        foreach (var peer in doubles)
        {
            peers.Add(Friend(peer, (await Api.ContactBecomesAsync(c => c.Address == peer.Address && c.State == "accepted", $"the seed peer at {peer.Address}")).Id));
        }
    }

    private string ContactsFile => Path.Combine(shared.Path, "contacts.json");

    // Friends of old. A handshake would tell them from where a member calls, which is not where the cluster answers.
    private async Task<IReadOnlyList<SeedDouble>> MeetAsync(int friends)
    {
        var doubles = new List<SeedDouble>();
        var list = new Dictionary<string, object>();
        for (var number = 0; number < friends; number++)
        {
            var peer = await SeedDouble.StartAsync(at: Network.AddHere(10 + number));
            var (ours, theirs) = ($"key of the cluster {number}", $"key of the peer {number}");
            peer.Know(Address, theirs, ours);
            list[peer.Address] = new { nick = $"Peer {number}", last_online = "", last_connect = "", can_resend = 1, key = ours, issued_key = theirs };
            doubles.Add(peer);
        }

        await File.WriteAllTextAsync(ContactsFile, JsonSerializer.Serialize(list));
        return doubles;
    }

    private PeerOfCluster Friend(SeedDouble peer, string contact) => new(
        peer,
        contact,
        new Direction(
            new End($"as sent to {peer.Address}", () => Api.TextsAsync(contact, "out")),
            new End($"with {peer.Address} as received", () => Task.FromResult<IReadOnlyList<string>>([.. peer.Received.Select(m => m.Message)]))),
        new Direction(new End($"as received from {peer.Address}", () => Api.TextsAsync(contact, "in"))));

    private static async Task<bool> IsServedAsync(IPEndPoint gui)
    {
        using var client = new HttpClient();
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://{gui}/health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private int DatabasePort() => int.Parse(database.Split("Port=")[1].Split(';')[0], CultureInfo.InvariantCulture);

    private string Elsewhere(IPEndPoint here) => database
        .Replace("Host=127.0.0.1", $"Host={here.Address}", StringComparison.Ordinal)
        .Replace($"Port={DatabasePort()}", string.Create(CultureInfo.InvariantCulture, $"Port={here.Port}"), StringComparison.Ordinal);
}
