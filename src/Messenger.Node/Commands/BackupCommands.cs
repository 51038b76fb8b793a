using System.CommandLine;
using Messenger.Node.Backups;
using Messenger.Node.Configuration;

namespace Messenger.Node.Commands;

/// <summary><c>messenger backup FILE</c> and <c>messenger restore FILE</c> (design page "security", Backup).</summary>
internal static class BackupCommands
{
    /// <param name="dataPath">The data folder that a command line names.</param>
    /// <param name="options">The options that both take.</param>
    /// <param name="database">The database that a command line names, and the option by which it does.</param>
    public static IEnumerable<Command> Build(
        Func<ParseResult, string> dataPath, IReadOnlyList<Option> options, (Func<ParseResult, string?> Find, Option Option) database)
    {
        var file = new Argument<string>("FILE") { Description = "The backup" };
        var passphrase = new Option<string>("--passphrase-file") { HelpName = "PATH", Description = "File whose first line is the passphrase (default: ask, or read standard input)" };
        yield return Leaf("backup", "Write an encrypted backup of the node, running or stopped", (parsed, cancel) =>
        {
            RefusePostgres(database.Find(parsed), dataPath(parsed));
            var secret = SecretInput.ReadPassphrase(parsed.GetValue(passphrase), isNew: true);
            var path = Path.GetFullPath(parsed.GetRequiredValue(file));
            var manifest = Backup.Take(dataPath(parsed), path, secret, TimeProvider.System, cancel);
            Console.WriteLine($"{path}: {new FileInfo(path).Length} bytes, what was there at {manifest.TakenAt:u}, read again and found whole");
        });
        yield return Leaf("restore", "Make a new data folder of a backup", (parsed, cancel) =>
        {
            RefusePostgres(database.Find(parsed), dataPath(parsed));
            var secret = SecretInput.ReadPassphrase(parsed.GetValue(passphrase), isNew: false);
            var manifest = Restore.Run(parsed.GetRequiredValue(file), secret, dataPath(parsed), TimeProvider.System, cancel);
            Console.WriteLine($"""
                {dataPath(parsed)} holds what was there at {manifest.TakenAt:u}; tokens and contacts are those of that time.
                Start it with 'messenger run'. The node that it replaces must not run any more.
                """);
        });

        Command Leaf(string verb, string description, Action<ParseResult, CancellationToken> action)
        {
            var command = new Command(verb, description) { file, passphrase };
            foreach (var option in (IEnumerable<Option>)[.. options, database.Option])
            {
                command.Options.Add(option);
            }

            command.SetAction(async (parsed, cancel) =>
            {
                try
                {
                    Data.DataFolder.KeepFromOthers();

                    // Not on the thread that waits for Ctrl+C.
                    await Task.Run(() => action(parsed, cancel), cancel);
                }
                catch (OperationCanceledException)
                {
                    throw new BackupException("Stopped; nothing was changed");
                }
            });
            return command;
        }
    }

    private static void RefusePostgres(string? database, string dataPath)
    {
        if (database is not null)
        {
            throw new BadOptionException(
                $"{Setting.Database.Option} is PostgreSQL: save it with pg_dump, together with {Path.Combine(dataPath, "master.key")}, without which nobody can read its keys; "
                + $"after pg_restore put the key back and make an empty file {Path.Combine(dataPath, Data.DatabaseLife.FileName)}, so that the node knows");
        }
    }
}
