using System.CommandLine;
using System.Data.Common;
using Messenger.Node.Backups;
using Messenger.Node.Configuration;
using Messenger.Node.Data;

namespace Messenger.Node.Commands;

/// <summary>The command line of <c>messenger</c> (design page "interface", Command line).</summary>
internal static class MessengerCommand
{
    private const int Failed = 1;
    private const int BadUsage = 2;

    /// <summary>Carries a command line out; every failure is one line on standard error.</summary>
    /// <returns>0 done, 1 failed, 2 the command line or a setting is wrong.</returns>
    public static async Task<int> InvokeAsync(string[] args)
    {
        var command = Build().Parse(args);
        if (command.Errors is [var first, ..])
        {
            await Console.Error.WriteLineAsync($"{first.Message.ReplaceLineEndings(" ")} See 'messenger --help'.");
            return BadUsage;
        }

        try
        {
            // The host has its own, longer way to stop: the parser's handling of signals must not cut it short.
            return await command.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (BadOptionException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return BadUsage;
        }
        catch (Exception error) when (error is CannotStartException or CommandFailedException or BackupException or IOException or UnauthorizedAccessException or DbException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return Failed;
        }
    }

    private static RootCommand Build()
    {
        var settings = Setting.All.ToDictionary(setting => setting, Option);
        var open = new Option<bool>("--open") { Description = "Open it in the browser, signed in; a node that runs on the data folder already is opened instead" };
        var root = new RootCommand("A messenger node. Without a command it runs.");
        foreach (var command in new Command[] { root, new("run", "Run the node until it is told to stop") })
        {
            foreach (var option in settings.Values)
            {
                command.Options.Add(option);
            }

            command.Options.Add(open);
            command.SetAction((parsed, cancel) =>
                RunCommand.RunAsync(NodeOptionsReader.Read(Sources(settings, parsed)), parsed.GetValue(open), Console.Out, cancel));
            if (command != root)
            {
                root.Subcommands.Add(command);
            }
        }

        Func<ParseResult, string> dataPath = parsed => NodeOptionsReader.DataPath(Sources(settings, parsed));
        Option[] options = [settings[Setting.Data], settings[Setting.Config]];
        (Func<ParseResult, string?>, Option) database = (parsed => NodeOptionsReader.Database(Sources(settings, parsed)), settings[Setting.Database]);
        foreach (var command in (IEnumerable<Command>)[.. OwnerCommands.Build(dataPath, options, database), .. BackupCommands.Build(dataPath, options, database), .. PassphraseCommands.Build(dataPath, options)])
        {
            root.Subcommands.Add(command);
        }

        root.Subcommands.Add(OpenApiCommand.Build());
        return root;
    }

    private static Option<string[]> Option(Setting setting) => new(setting.Option)
    {
        HelpName = setting.Argument,
        Description = setting.Description,
        Arity = setting.ValueOptional ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore,
    };

    private static SettingSources Sources(Dictionary<Setting, Option<string[]>> settings, ParseResult parsed) =>
        new(setting => Values(setting, settings[setting], parsed), Environment.GetEnvironmentVariable);

    private static string[] Values(Setting setting, Option<string[]> option, ParseResult parsed) => parsed.GetValue(option) switch
    {
        { Length: > 0 } values => values,
        _ when setting.ValueOptional && parsed.GetResult(option) is { Implicit: false } => ["on"],
        _ => [],
    };
}
