using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Messenger.Load.Browser;

/// <summary>The least that a page can be: one document, one script that puts a row into it. What a browser needs for this it needs for every page.</summary>
internal sealed class BarePage : IAsyncDisposable
{
    private const string Document = """<!doctype html><title>bare</title><main id="rows"></main><textarea></textarea><script src="/page.js"></script>""";
    private const string Script = """document.getElementById('rows').innerHTML = '<a class="contact-row" href="#1">row</a>'""";

    private readonly WebApplication _app;

    private BarePage(WebApplication app) => _app = app;

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<BarePage> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(context =>
        {
            var isScript = context.Request.Path == "/page.js";
            context.Response.ContentType = isScript ? "text/javascript" : "text/html";
            return context.Response.WriteAsync(isScript ? Script : Document);
        });
        await app.StartAsync();
        return new(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
