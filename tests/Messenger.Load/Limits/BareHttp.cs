using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Messenger.Load.Clients;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Messenger.Load.Limits;

/// <summary>What Kestrel gives at best: a JSON body of a message's size is read, a small one is written, nothing else is done. In a process of its own.</summary>
internal sealed class BareHttp : IDisposable
{
    /// <summary>The hidden command of this program that serves.</summary>
    public const string Command = "serve-http";

    private static readonly string Body =
        $$"""{"action":"send","from":"127.0.0.1:7450","to":"127.0.0.2:7450","message":"{{MessageRequests.TextOf(1)}}","timestamp":"1764001800.250000","enctype":""}""";

    private readonly Process _process;
    private readonly IPEndPoint _server;

    private BareHttp(Process process, int port) => (_process, _server) = (process, new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>Starts the server's process.</summary>
    public static async Task<BareHttp> StartAsync(CancellationToken cancel)
    {
        string[] self = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(BareHttp).Assembly.Location, Command] : [Command];
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, self) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        return int.TryParse(await process.StandardOutput.ReadLineAsync(cancel), CultureInfo.InvariantCulture, out var port)
            ? new BareHttp(process, port)
            : throw new LoadFailedException("The bare HTTP server does not start.");
    }

    /// <summary>Serves until the standard input ends, which it does with the parent.</summary>
    public static async Task ServeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting();
        await using var app = builder.Build();
        app.UseRouting();
        app.MapPost("/", (Posted posted) => new Status(posted.Message.Length > 0 ? 1 : 0));
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        await Console.Out.WriteLineAsync(new Uri(address).Port.ToString(CultureInfo.InvariantCulture));
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
    }

    /// <summary>Requests per second of the client that the other figures are measured with.</summary>
    public async Task<double> PostAsync(int clients, TimeSpan duration, CancellationToken cancel)
    {
        using var loop = new ClosedLoop(_server, clients);
        return (await loop.RunAsync(new SameRequest(HttpRequests.Json("POST", "/", _server, Body), (int)HttpStatusCode.OK), duration, cancel)).PerSecond;
    }

    /// <summary>Requests per second of .NET's own client, with which a node calls its peers.</summary>
    public async Task<double> RoundTripsAsync(int callers, TimeSpan duration, CancellationToken cancel)
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = callers };
        using var client = new HttpMessageInvoker(handler);
        var uri = new Uri($"http://{_server}/");
        var body = System.Text.Encoding.ASCII.GetBytes(Body);
        var start = TimeProvider.System.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(CallAsync, cancel)));
        return counts.Sum() / TimeProvider.System.GetElapsedTime(start).TotalSeconds;

        async Task<int> CallAsync()
        {
            var count = 0;
            for (; TimeProvider.System.GetElapsedTime(start) < duration; count++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, uri)
                {
                    Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
                };
                using var response = await client.SendAsync(request, cancel);
                await response.Content.ReadAsByteArrayAsync(cancel);
            }

            return count;
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private sealed record Posted(string Action, string From, string To, string Message, string Timestamp, string Enctype);

    private sealed record Status(int Value);
}
