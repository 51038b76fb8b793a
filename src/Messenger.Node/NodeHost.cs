using Messenger.Node.Configuration;
using Messenger.Node.Data;
using Messenger.Node.Gui;
using Microsoft.Extensions.Logging.Console;

namespace Messenger.Node;

/// <summary>
/// Puts the node together: one process, one actor system, two listeners. Hosted services stop in the reverse order of their
/// registration, the GUI listener before all of them, so what is in flight still finds the actors alive.
/// </summary>
internal static class NodeHost
{
    // The whole stop has 8 seconds (design page "interface", Command line).
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The node, ready to be started.</summary>
    public static WebApplication Build(NodeOptions options, DataFolder folder, MasterKey masterKey, NodeStorage storage, TimeProvider time)
    {
        var builder = GuiHost.CreateBuilder(options, time);
        builder.LogToStandardError();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        builder.Services.AddSingleton(folder).AddSingleton(masterKey).AddSingleton(storage.Accounts);
        builder.Services.AddNodeActors(options, folder, storage);
        builder.Services.AddHostedService<AdminFileService>();

        var app = builder.Build();
        app.UseGui();
        return app;
    }

    /// <summary>Warnings and errors, one to a line.</summary>
    public static void LogToStandardError(this WebApplicationBuilder builder)
    {
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        // A failed start reaches the user as one line; the host would log its stack trace as well.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }
}
