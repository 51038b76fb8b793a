using System.Diagnostics;
using System.Reflection;

namespace Messenger.Load.Nodes;

/// <summary>The node as it is given to people: compiled ahead of time.</summary>
internal static class PublishedNode
{
    /// <summary>Publishes it; as good as done when nothing has changed.</summary>
    /// <returns>Its program.</returns>
    /// <exception cref="LoadFailedException">It cannot be published here; the message carries what the SDK said.</exception>
    public static async Task<string> PublishAsync(CancellationToken cancel)
    {
        var project = Path.GetFullPath(typeof(PublishedNode).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "NodeProject").Value!);
        var folder = Path.GetFullPath(Path.Combine(project, "..", "..", "artifacts", "load-node"));
        Console.Error.WriteLine($"publishing the node to {folder}");
        string[] arguments = ["publish", project, "-c", "Release", "--use-current-runtime", "--self-contained", "false", "-p:PublishReadyToRun=true", "-p:DebugType=none", "-o", folder, "--nologo", "-v", "quiet"];
        using var publishing = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var said = await publishing.StandardOutput.ReadToEndAsync(cancel);
        await publishing.WaitForExitAsync(cancel);
        return publishing.ExitCode == 0
            ? Path.Combine(folder, "messenger.dll")
            : throw new LoadFailedException($"The node could not be published; measure one that is there with --node PATH. {said}");
    }
}
