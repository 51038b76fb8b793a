using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Messenger.Node.Configuration;
using Messenger.Node.Gui;
using Messenger.Storage.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Messenger.Node.Tests.Gui;

/// <summary>The GUI listener on a real loopback socket, under a clock of our own.</summary>
internal sealed class GuiUnderTest : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly WebApplication _app;
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false, AllowAutoRedirect = false });

    private GuiUnderTest(TemporaryFolder folder, WebApplication app, AccountStore accounts, FakeTimeProvider time)
    {
        _folder = folder;
        _app = app;
        Accounts = accounts;
        Time = time;
    }

    public FakeTimeProvider Time { get; }

    public AccountStore Accounts { get; }

    public Uri Url => new(_app.Urls.Single());

    public IServiceProvider Services => _app.Services;

    public static async Task<GuiUnderTest> StartAsync(Func<NodeOptions, NodeOptions>? change = null, Action<IServiceCollection>? services = null)
    {
        var folder = new TemporaryFolder();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var accounts = new AccountStore(folder.File("node.db"));
        var options = new NodeOptions { DataPath = folder.Path, GuiListen = [new(IPAddress.Loopback, 0)] };
        var builder = GuiHost.CreateBuilder(change?.Invoke(options) ?? options, time);
        builder.Services.AddSingleton(accounts);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseGui();
        await app.StartAsync();
        return new(folder, app, accounts, time);
    }

    /// <summary>A login link's token.</summary>
    public string NewLinkToken() => Services.GetRequiredService<SignIn>().NewLink().Url.Split("#t=")[1];

    /// <summary>A bearer token of the owner.</summary>
    public string AddToken(string name = "test")
    {
        var secret = Secret.New();
        Assert.True(Accounts.AddToken(Secret.Hash(secret), new(Secret.NewId(), name, Time.GetUtcNow(), null)));
        return secret;
    }

    /// <summary>Signs a browser in by a link; its cookie and antiforgery value.</summary>
    public async Task<(string Cookie, string Antiforgery)> SignInAsync()
    {
        var answer = await SendAsync(HttpMethod.Post, "/api/v1/session", new { token = NewLinkToken() });
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return (answer.SetCookie!.Split(';')[0], answer.Json.GetProperty("antiforgery").GetString()!);
    }

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body, params (string Name, string Value)[] headers)
    {
        using var content = body switch
        {
            null => null,
            HttpContent raw => raw,
            _ => new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        using var request = new HttpRequestMessage(method, new Uri(Url, path)) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _client.SendAsync(request);
        return new(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value)));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    internal sealed record Answer(HttpStatusCode Status, string Text, string? MediaType, Dictionary<string, string> Headers)
    {
        public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Text);

        public string? SetCookie => Headers.GetValueOrDefault("Set-Cookie");

        /// <summary>The stable code; fails when this is no problem document that fits its status.</summary>
        public string Code
        {
            get
            {
                Assert.Equal("application/problem+json", MediaType);
                Assert.Equal((int)Status, Json.GetProperty("status").GetInt32());
                Assert.NotEmpty(Json.GetProperty("title").GetString()!);
                Assert.NotEmpty(Json.GetProperty("detail").GetString()!);
                return Json.GetProperty("code").GetString()!;
            }
        }
    }
}
