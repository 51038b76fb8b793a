using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Messenger.Domain.Addressing;
using Messenger.Domain.Roster;
using Messenger.Node.Configuration;
using Messenger.Node.Data;
using Messenger.Node.Gui;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Messenger.Node.Tests.Metrics;

/// <summary>A whole node of this process, on free ports of a loopback address; it may be stopped and started.</summary>
internal sealed class RunningNode : IAsyncDisposable
{
    private static int _hosts = 20;

    private readonly TemporaryFolder _folder = new();
    private readonly NodeOptions _options;
    private readonly Action<ILoggingBuilder>? _logging;
    private DataFolder _data = null!;
    private NodeStorage _storage = null!;
    private WebApplication _app = null!;

    private RunningNode(string nick, Func<NodeOptions, NodeOptions>? change, Action<ILoggingBuilder>? logging)
    {
        var host = new IPAddress([127, 0, 3, (byte)Interlocked.Increment(ref _hosts)]);
        Peers = new IPEndPoint(host, FreePort(host));
        var options = new NodeOptions
        {
            DataPath = _folder.Path,
            Nick = nick,
            Addresses = [Address.Parse(Peers.ToString())],
            PeerListen = Peers,
            GuiListen = [new(IPAddress.Loopback, 0)],
            PingInterval = TimeSpan.FromSeconds(1),
            RetryMin = TimeSpan.FromSeconds(0.05),
            RelayAfter = TimeSpan.Zero,
            MinFreeDisk = 0,
            Metrics = true,
        };
        _options = change?.Invoke(options) ?? options;
        _logging = logging;
    }

    /// <summary>Where its friends dial.</summary>
    public IPEndPoint Peers { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>A client that shows a token of the owner's.</summary>
    public HttpClient Client { get; private set; } = null!;

    public string Token { get; private set; } = "";

    public static async Task<RunningNode> StartAsync(string nick, Func<NodeOptions, NodeOptions>? change = null, Action<ILoggingBuilder>? logging = null)
    {
        var node = new RunningNode(nick, change, logging);
        await node.StartAsync();
        return node;
    }

    public async Task StartAsync()
    {
        _data = DataFolder.Open(_folder.Path);
        _storage = await NodeStorage.OpenAsync(_data, null, isMember: false, TimeProvider.System, CancellationToken.None);
        _app = NodeHost.Build(_options, _data, MasterKey.Load(_data), _storage, TimeProvider.System, _logging);
        await _app.StartAsync();
        Token = Secret.New();
        Assert.True(_storage.Accounts.AddToken(Secret.Hash(Token), new(Secret.NewId(), Secret.NewId(), TimeProvider.System.GetUtcNow(), null)));
        Client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Token) } };
        await Until.TrueAsync(async () => (await Client.GetAsync(new Uri("health/ready", UriKind.Relative))).IsSuccessStatusCode, "the node is ready");
    }

    public async Task StopAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _storage.DisposeAsync();
        _data.Dispose();
    }

    public async Task<JsonElement> CallAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri("api/v1/" + path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {response.StatusCode} {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>Makes two nodes friends by an invite link.</summary>
    public async Task BefriendAsync(RunningNode other)
    {
        var invite = await CallAsync(HttpMethod.Post, "invites", new { note = "a friend", hours = 1 });
        await other.CallAsync(HttpMethod.Post, "contacts", new { invite = invite.GetProperty("link").GetString() });
        await Until.TrueAsync(async () => await IsFriendAsync(other) && await other.IsFriendAsync(this), "they are friends");
    }

    public async Task<string> IdOfAsync(RunningNode other) => (await ContactAsync(other))!.Value.GetProperty("id").GetString()!;

    public async Task<JsonElement> WriteAsync(RunningNode to, string text) =>
        await CallAsync(HttpMethod.Post, $"contacts/{await IdOfAsync(to)}/messages", new { text });

    /// <summary>Whether the last message of a conversation reads so, in this state.</summary>
    public async Task<bool> HasAsync(RunningNode other, string text, params string[] states) =>
        (await CallAsync(HttpMethod.Get, $"contacts/{await IdOfAsync(other)}/messages?limit=1")).GetProperty("messages").EnumerateArray()
        .Any(message => message.GetProperty("text").GetString() == text && states.Contains(message.GetProperty("state").GetString()));

    public async Task<MetricPage> MetricsAsync() => new(await Client.GetStringAsync(new Uri("metrics", UriKind.Relative)));

    /// <summary>Waits until a series has a value.</summary>
    public Task UntilAsync(string series, Func<double, bool> value) =>
        Until.TrueAsync(async () => value((await MetricsAsync())[series]), series);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    private async Task<bool> IsFriendAsync(RunningNode other) => await ContactAsync(other) is { } contact
        && contact.GetProperty("state").GetString() == "accepted"
        && _app.Services.GetRequiredService<Messenger.Actors.Roster.RosterBoard>().Current.ById(new(contact.GetProperty("id").GetString()!)) is { TheirKey: not null, Standing: ContactStanding.Accepted };

    private async Task<JsonElement?> ContactAsync(RunningNode other) => (await CallAsync(HttpMethod.Get, "contacts")).GetProperty("contacts").EnumerateArray()
        .Cast<JsonElement?>().SingleOrDefault(contact => contact!.Value.GetProperty("address").GetString() == other.Peers.ToString());

    // Below the range from which the kernel takes the ports of outgoing connections.
    private static int FreePort(IPAddress host)
    {
        while (true)
        {
            var port = Random.Shared.Next(12_000, 32_000);
            using var probe = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(host, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next draw decides.
            }
        }
    }
}

/// <summary>Waits for what comes by itself.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"It did not come to pass in {Patience} that {what}.");
            await Task.Delay(50);
        }
    }
}

/// <summary>Keeps what is logged.</summary>
internal sealed class LogInMemory : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
