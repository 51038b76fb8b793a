using Messenger.Node.Configuration;
using Messenger.Node.Data;
using Messenger.Node.Gui;
using Messenger.Node.Metrics;
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

    /// <summary>The node, ready to be started; it may be given more places to log to.</summary>
    public static WebApplication Build(
        NodeOptions options, DataFolder folder, MasterKey masterKey, NodeStorage storage, TimeProvider time, Action<ILoggingBuilder>? logging = null)
    {
        var builder = GuiHost.CreateBuilder(options, time);
        builder.LogToStandardError(options.LogJson);
        logging?.Invoke(builder.Logging);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        builder.Services.AddSingleton(folder).AddSingleton(masterKey).AddSingleton(storage.Accounts);
        builder.Services.AddNodeActors(options, folder, storage);
        builder.Services.AddHostedService<AdminFileService>();
        if (options.Metrics)
        {
            builder.Services.AddMetricsOfNode();
        }

        var app = builder.Build();
        app.UseGui();
        return app;
    }

    /// <summary>Warnings and errors, one to a line.</summary>
    /// <param name="builder">Of the host.</param>
    /// <param name="json">Whether each line is a JSON object, for programs that collect logs.</param>
    public static void LogToStandardError(this WebApplicationBuilder builder, bool json)
    {
        _ = json
            ? builder.Logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ"))
            : builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        // A failed start reaches the user as one line; the host would log its stack trace as well.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }
}
