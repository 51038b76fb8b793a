using System.Diagnostics;
using System.Reflection;

namespace Messenger.EndToEnd.Tests.Nodes;

/// <summary>How a command ended and what it wrote.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error);

/// <summary>The node's own program, started as a process.</summary>
internal static class CommandLine
{
    private static readonly string Program = Path.GetFullPath(
        typeof(CommandLine).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "NodeAssembly").Value!);

    /// <summary>Starts the program; the caller owns the process.</summary>
    public static Process Start(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? networkNamespace = null)
    {
        string[] command = ["dotnet", Program, .. arguments];
        if (networkNamespace is not null)
        {
            command = ["ip", "netns", "exec", networkNamespace, .. command];
        }

        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs a command to its end.</summary>
    public static Task<CommandResult> RunAsync(params string[] arguments) => RunAsync(arguments, input: "");

    /// <summary>Runs a command to its end, with this on its standard input.</summary>
    public static async Task<CommandResult> RunAsync(
        IReadOnlyList<string> arguments, string input, string? networkNamespace = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(arguments, environment, networkNamespace);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(Eventually.Deadline);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail($"`messenger {string.Join(' ', arguments)}` does not end: {await output}{await error}");
        }

        return new CommandResult(process.ExitCode, await output, await error);
    }
}
