using System.IO.Compression;
using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Messenger.Node.Gui;

/// <summary>
/// The browser GUI as it was built into an assembly: text compressed with Brotli and gzip, images as they are. Nothing is read before it is
/// asked for and nothing is kept, so a node that no browser visits pays nothing for it.
/// </summary>
internal sealed class WebFiles(Assembly assembly)
{
    private const string Prefix = "web/";
    private const string Immutable = "public, max-age=31536000, immutable";

    private readonly HashSet<string> _resources = [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))];

    /// <summary>The GUI of this program.</summary>
    public static WebFiles OfNode { get; } = new(typeof(WebFiles).Assembly);

    /// <summary>Whether there is a GUI: a program that was built without Node.js has none.</summary>
    public bool Exist => _resources.Count > 0;

    /// <summary>Serves every file under its name and the page at <c>/</c>; without a GUI, <c>/</c> leads to the documentation of the API.</summary>
    public void Map(WebApplication app)
    {
        var files = app.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        if (!Exist)
        {
            files.MapGet("/", () => TypedResults.Redirect("/docs"));
            return;
        }

        foreach (var path in _resources.Select(PathOf).Distinct())
        {
            files.MapMethods(path == "index.html" ? "/" : $"/{path}", [HttpMethods.Get, HttpMethods.Head], (HttpContext context) => Serve(context, path));
        }
    }

    private static string PathOf(string resource) => Path.GetExtension(resource) is ".br" or ".gz"
        ? Path.ChangeExtension(resource, null)[Prefix.Length..]
        : resource[Prefix.Length..];

    private static string TypeOf(string path) => Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".webmanifest" => "application/manifest+json",
        ".png" => "image/png",
        var other => throw new InvalidOperationException($"No media type is known for {other}."),
    };

    private FileStreamHttpResult Serve(HttpContext context, string path)
    {
        // The bundler names what is in assets/ after its content.
        context.Response.Headers.CacheControl = path.StartsWith("assets/", StringComparison.Ordinal) ? Immutable : "no-cache";
        if (_resources.Contains(Prefix + path))
        {
            return Send(Open(path), path, "");
        }

        context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        var accepted = context.Request.GetTypedHeaders().AcceptEncoding;
        foreach (var (coding, extension) in (ReadOnlySpan<(string, string)>)[("br", ".br"), ("gzip", ".gz")])
        {
            if (accepted.Any(one => one.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && one.Quality is null or > 0))
            {
                context.Response.Headers.ContentEncoding = coding;
                return Send(Open(path + extension), path, coding);
            }
        }

        return Send(new GZipStream(Open(path + ".gz"), CompressionMode.Decompress), path, "");
    }

    // Each coding is a representation of its own (RFC 9110, 8.8.3).
    private FileStreamHttpResult Send(Stream content, string path, string coding) =>
        TypedResults.Stream(content, TypeOf(path), entityTag: new EntityTagHeaderValue($"\"{assembly.ManifestModule.ModuleVersionId:N}{coding}\""));

    private Stream Open(string path) => assembly.GetManifestResourceStream(Prefix + path)!;
}
