using System.CommandLine;
using Messenger.Node.Configuration;
using Messenger.Node.Docs;
using Messenger.Node.Gui;

namespace Messenger.Node.Commands;

/// <summary><c>messenger openapi FILE</c>: writes the description of the client API at build, without starting a node.</summary>
internal static class OpenApiCommand
{
    public static Command Build()
    {
        var file = new Argument<string>("FILE") { Description = "Where to write the document" };
        var command = new Command("openapi", "Write the OpenAPI document of the client API") { file };
        command.Hidden = true;
        command.SetAction((parsed, cancel) => WriteAsync(parsed.GetRequiredValue(file), cancel));
        return command;
    }

    private static async Task WriteAsync(string file, CancellationToken cancel)
    {
        await using var app = GuiHost.CreateBuilder(new NodeOptions { DataPath = Path.GetTempPath() }, TimeProvider.System).Build();
        app.UseGui();

        // What starting would do: until then the routes are not known to the services that describe them.
        app.UseEndpoints(_ => { });
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        await File.WriteAllTextAsync(file, await ApiDocument.WriteAsync(app.Services, cancel), cancel);
    }
}
