using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Messenger.EndToEnd.Tests.SeedPeer;

/// <summary>
/// A peer as somebody would write it who has read the seed's page and nothing else: it knows five actions, eight fields and a
/// contact list, and nothing of the node under test. This file listens and answers, the other one asks.
/// </summary>
internal sealed partial class SeedDouble : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly IPAddress host;
    private readonly int port;
    private readonly SeedHabits habits;
    private readonly string password = NewKey();
    private readonly List<SeedContact> contacts = [];
    private readonly List<(string Host, string Key)> requests = [];
    private readonly List<SeedMessage> received = [];
    private readonly HashSet<SeedMessage> known = [];
    private readonly List<SeedMessage> carried = [];
    private readonly Dictionary<string, int> calls = [];
    private WebApplication? listener;
    private int answersToLose;

    private SeedDouble(IPAddress host, int port, SeedHabits habits)
    {
        this.host = host;
        this.port = port;
        this.habits = habits;
        client = SeedWire.ClientFrom(host);
    }

    /// <summary>What friends dial; the host alone when it listens on the port that everybody assumes.</summary>
    public string Address => port == DefaultPort ? host.ToString() : $"{host}:{port}";

    public IReadOnlyList<SeedMessage> Received => Read(() => received.ToArray());

    /// <summary>Messages of others that wait here for their recipient.</summary>
    public IReadOnlyList<SeedMessage> Carried => Read(() => carried.ToArray());

    public IReadOnlyList<(string Host, string Key)> Requests => Read(() => requests.ToArray());

    public string ContactList => Read(() => SeedContactList.Write(contacts));

    public const int DefaultPort = 7450;

    public static async Task<SeedDouble> StartAsync(SeedHabits? habits = null, int? port = null, IPAddress? at = null)
    {
        var host = at ?? Loopback.NextHost();
        var peer = new SeedDouble(host, port ?? Loopback.FreePort(host), habits ?? new SeedHabits());
        await peer.GoOnlineAsync();
        return peer;
    }

    public async Task GoOnlineAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(host, port));
        listener = builder.Build();
        listener.Run(HandleAsync);
        await listener.StartAsync();
    }

    public async Task GoOfflineAsync()
    {
        if (listener is not null)
        {
            await listener.StopAsync(new CancellationToken(canceled: true));
            await listener.DisposeAsync();
            listener = null;
        }
    }

    /// <summary>The next answers never leave: the work is done and the connection closed.</summary>
    public void LoseAnswers(int count) => Interlocked.Add(ref answersToLose, count);

    /// <summary>How often a request with this action has come in.</summary>
    public int Calls(string action) => Read(() => calls.GetValueOrDefault(action));

    public SeedContact Contact(string address) => Read(() => contacts.Single(c => c.Address == address));

    public async ValueTask DisposeAsync()
    {
        await GoOfflineAsync();
        client.Dispose();
    }

    private static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private async Task HandleAsync(HttpContext context)
    {
        if (await SeedWire.ReadAsync(context.Request) is not { } fields)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        JsonObject answer;
        lock (gate)
        {
            answer = Answer(fields, context.Connection.RemoteIpAddress!.ToString());
        }

        if (Interlocked.Decrement(ref answersToLose) >= 0)
        {
            context.Abort();
            return;
        }

        Interlocked.Increment(ref answersToLose);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString());
    }

    private JsonObject Answer(JsonObject fields, string source)
    {
        var action = SeedWire.Text(fields, "action") ?? "";
        calls[action] = calls.GetValueOrDefault(action) + 1;
        return action switch
        {
            "handshake" => Status(Introduced(fields, source)),
            "send" => Status(Accepted(fields, SeedWire.Text(fields, "key"))),
            "ping" => new JsonObject { ["action"] = "pong" },
            "history" => new JsonObject { ["status"] = new JsonArray([.. AcceptedAll(fields).Select(stored => JsonValue.Create(stored ? 1 : 0))]) },
            "resend" => Status(TakenAlong(fields)),
            _ => Status(false),
        };
    }

    private static JsonObject Status(bool good) => new() { ["status"] = good ? 1 : 0 };

    /// <summary>The page's handshake has no `from`: the caller is whoever we asked at that host, or a stranger.</summary>
    private bool Introduced(JsonObject fields, string source)
    {
        if (SeedWire.Text(fields, "key") is not { Length: > 0 } key)
        {
            return false;
        }

        if (contacts.Where(c => c.Host == source && c.Key.Length == 0).ToArray() is [var asked])
        {
            asked.Key = key;
            asked.LastOnline = Now;
        }
        else
        {
            requests.Add((source, key));
        }

        return true;
    }

    private IEnumerable<bool> AcceptedAll(JsonObject fields)
    {
        var envelopeKey = SeedWire.Text(fields, "key");
        foreach (var item in fields["messages"] as JsonArray ?? [])
        {
            yield return item is JsonObject message && Accepted(message, habits.KeyOnEnvelope ? envelopeKey : SeedWire.Text(message, "key"));
        }
    }

    private bool Accepted(JsonObject fields, string? key)
    {
        if (SeedWire.Message(fields) is not { } message || message.To != Address || !KeyFits(key, message.From))
        {
            return false;
        }

        if (known.Add(message) || !habits.Deduplicates)
        {
            received.Add(message);
        }

        if (contacts.SingleOrDefault(c => c.Address == message.From) is { } author)
        {
            author.LastOnline = Now;
        }

        return true;
    }

    private bool TakenAlong(JsonObject fields)
    {
        if (!habits.Relays || SeedWire.Message(fields) is not { } message || !KeyFits(SeedWire.Text(fields, "key"), message.From)
            || !contacts.Any(c => c.Address == message.To))
        {
            return false;
        }

        carried.Add(message);
        return true;
    }

    private bool KeyFits(string? key, string author) => habits switch
    {
        { Passwords: not Passwords.PerContact } => key == password,
        { KeyBelongsToAuthor: true } => contacts.Any(c => c.Address == author && c.IssuedKey == key),
        _ => key is { Length: > 0 } && contacts.Any(c => c.IssuedKey == key),
    };

    private T Read<T>(Func<T> read)
    {
        lock (gate)
        {
            return read();
        }
    }
}
