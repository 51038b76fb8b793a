using System.CommandLine;
using System.Net.Http.Json;
using Messenger.Node.Api;
using Messenger.Node.Data;

namespace Messenger.Node.Commands;

/// <summary>
/// <c>messenger passphrase set</c> and <c>remove</c>: how the keys lie on the disk, whether the node runs or not; <c>messenger unlock</c>.
/// </summary>
internal static class PassphraseCommands
{
    /// <param name="dataPath">The data folder that a command line names.</param>
    /// <param name="options">The options that all take.</param>
    public static IEnumerable<Command> Build(Func<ParseResult, string> dataPath, IReadOnlyList<Option> options)
    {
        var file = new Option<string>("--passphrase-file") { HelpName = "PATH", Description = "File whose first line is the passphrase (default: ask, or read standard input)" };
        yield return new Command("passphrase", "The passphrase of the node's keys, without which it starts locked")
        {
            Leaf("set", "Seal the keys by a passphrase; asks for the present one first, if there is one", (parsed, _) => Change(dataPath(parsed), set: true)),
            Leaf("remove", "Let the node start without a passphrase", (parsed, _) => Change(dataPath(parsed), set: false)),
        };
        var unlock = Leaf("unlock", "Give a node that was started locked the passphrase of its keys", (parsed, cancel) => UnlockAsync(dataPath(parsed), parsed.GetValue(file), cancel));
        unlock.Options.Add(file);
        yield return unlock;

        Command Leaf(string verb, string description, Func<ParseResult, CancellationToken, Task> action)
        {
            var command = new Command(verb, description);
            foreach (var option in options)
            {
                command.Options.Add(option);
            }

            command.SetAction(action);
            return command;
        }
    }

    private static Task Change(string dataPath, bool set)
    {
        var path = Path.Combine(dataPath, MasterKey.FileName);
        if (!File.Exists(path))
        {
            throw new CommandFailedException($"There is no node in the data folder {dataPath}; name its folder with --data");
        }

        var content = File.ReadAllBytes(path);
        var isSealed = SealedKeyFile.IsOne(content);
        if (!set && !isSealed)
        {
            throw new CommandFailedException("The keys have no passphrase");
        }

        var secret = isSealed ? Open(path, content) : content;
        SealedKeyFile.Replace(path, set ? SealedKeyFile.Seal(secret, SecretInput.ReadPassphrase(file: null, isNew: true)) : secret);
        Console.WriteLine(set
            ? "The passphrase is set. From its next start on the node is locked until 'messenger unlock'. Nobody can help without the passphrase."
            : "The passphrase is removed.");
        return Task.CompletedTask;
    }

    private static byte[] Open(string path, byte[] content)
    {
        try
        {
            return SealedKeyFile.Open(content, SecretInput.ReadPassphrase(file: null, isNew: false)) ?? throw new CommandFailedException("This is not the present passphrase");
        }
        catch (InvalidDataException error)
        {
            throw new CommandFailedException($"{path}: {error.Message}; put it back from a copy, or restore a backup of this node");
        }
    }

    private static async Task UnlockAsync(string dataPath, string? file, CancellationToken cancel)
    {
        using var node = new NodeClient(dataPath);
        using var body = JsonContent.Create(new UnlockRequest(SecretInput.ReadPassphrase(file, isNew: false)), ApiJson.Default.UnlockRequest);
        Console.WriteLine((await node.PostAsync("api/v1/unlock", body, ApiJson.Default.HealthAnswer, cancel)).Status);
    }
}
