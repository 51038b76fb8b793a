using System.Diagnostics;
using System.Reflection;
using Messenger.Node.Gui;

namespace Messenger.Node.Tests.Gui;

/// <summary>The tests of the browser code's pure parts, which stand beside that code and run in Node.js.</summary>
public sealed class WebCodeTests
{
    private static readonly string Source = typeof(WebCodeTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "WebSource").Value!;

    [SkippableFact]
    public async Task The_browser_code_passes_its_own_tests()
    {
        Skip.IfNot(WebFiles.OfNode.Exist, "The node was built without its browser GUI: Node.js was not found at build.");
        var npm = OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd", ["/c", "npm", "test"]) : new ProcessStartInfo("npm", ["test"]);
        npm.WorkingDirectory = Source;
        npm.RedirectStandardOutput = npm.RedirectStandardError = true;
        npm.Environment["NO_COLOR"] = "1";
        using var process = Process.Start(npm)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, $"{await output}{await error}");
    }
}
