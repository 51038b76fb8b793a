using System.CommandLine;
using System.Net.Http.Json;
using System.Text;
using Messenger.Node.Api;
using Messenger.Node.Configuration;
using Messenger.Node.Gui;

namespace Messenger.Node.Commands;

/// <summary>The commands by which the owner of a data folder talks to its node.</summary>
internal static class OwnerCommands
{
    /// <param name="dataPath">The data folder that a command line names.</param>
    /// <param name="options">The options that every one of the commands takes.</param>
    /// <param name="database">The database that a command line names, and the option by which it does.</param>
    public static IEnumerable<Command> Build(
        Func<ParseResult, string> dataPath, IReadOnlyList<Option> options, (Func<ParseResult, string?> Find, Option Option) database)
    {
        var name = new Argument<string>("NAME") { Description = "The owner's name for the token" };
        var file = new Argument<string>("FILE") { Description = "A contact list in JSON: a map from addresses to contacts; with messages JSON Lines" };
        var messages = new Option<bool>("--messages") { Description = "With all messages: JSON Lines, the first line holds the contact list" };
        var password = Leaf("set", "Ask for a password, or read it from standard input", (parsed, _) => SetPasswordAsync(dataPath(parsed), database.Find(parsed)));
        password.Options.Add(database.Option);
        var export = Leaf(
            "export",
            "Write the contact list, with its keys, to a file",
            Client((node, parsed, cancel) => parsed.GetValue(messages)
                ? ConversationCommands.ExportAsync(node, parsed.GetRequiredValue(file), cancel)
                : ContactListCommands.ExportAsync(node, parsed.GetRequiredValue(file), cancel)),
            file);
        export.Options.Add(messages);
        return
        [
            Leaf("link", "Print a one-time login link of the running node", Client(LinkAsync)),
            new Command("token", "Bearer tokens for scripts and other programs")
            {
                Leaf("add", "Make a token and print it", Client((node, parsed, cancel) => AddTokenAsync(node, parsed.GetRequiredValue(name), cancel)), name),
                Leaf("list", "List the tokens that work", Client(ListTokensAsync)),
                Leaf("revoke", "Make a token useless", Client((node, parsed, cancel) => RevokeTokenAsync(node, parsed.GetRequiredValue(name), cancel)), name),
            },
            .. InviteCommands.Build((verb, description, action) => Leaf(verb, description, Client(action))),
            RetentionCommand.Build((verb, description, action) => Leaf(verb, description, Client(action))),
            new Command("password", "The password of the browser interface") { password },
            export,
            Leaf("import", "Add the contacts of a list, or the contacts and messages of an export", Client(ImportAsync), file),
            Leaf("health", "End with 0 when the running node is ready", Client(HealthAsync)),
        ];

        Command Leaf(string verb, string description, Func<ParseResult, CancellationToken, Task> action, params Argument[] arguments)
        {
            var command = new Command(verb, description);
            foreach (var argument in arguments)
            {
                command.Arguments.Add(argument);
            }

            foreach (var option in options)
            {
                command.Options.Add(option);
            }

            command.SetAction(action);
            return command;
        }

        async Task ImportAsync(NodeClient node, ParseResult parsed, CancellationToken cancel)
        {
            var path = parsed.GetRequiredValue(file);
            if (await ConversationCommands.ReadContactsAsync(path, cancel) is { } contacts)
            {
                await ContactListCommands.ImportAsync(node, Encoding.UTF8.GetBytes(contacts.GetRawText()), cancel);
                await ConversationCommands.ImportAsync(node, path, cancel);
            }
            else
            {
                await ContactListCommands.ImportAsync(node, await File.ReadAllBytesAsync(path, cancel), cancel);
            }
        }

        Func<ParseResult, CancellationToken, Task> Client(Func<NodeClient, ParseResult, CancellationToken, Task> action) => async (parsed, cancel) =>
        {
            using var node = new NodeClient(dataPath(parsed));
            await action(node, parsed, cancel);
        };
    }

    private static async Task LinkAsync(NodeClient node, ParseResult parsed, CancellationToken cancel) =>
        Console.WriteLine((await node.PostAsync("api/v1/session/link", null, ApiJson.Default.LoginLinkAnswer, cancel)).Url);

    private static async Task AddTokenAsync(NodeClient node, string name, CancellationToken cancel)
    {
        using var body = JsonContent.Create(new NewTokenRequest(name), ApiJson.Default.NewTokenRequest);
        Console.WriteLine((await node.PostAsync("api/v1/tokens", body, ApiJson.Default.NewToken, cancel)).Token);
    }

    private static async Task ListTokensAsync(NodeClient node, ParseResult parsed, CancellationToken cancel)
    {
        foreach (var token in (await node.GetAsync("api/v1/tokens", ApiJson.Default.TokenList, cancel)).Tokens)
        {
            Console.WriteLine($"{token.Name}\tmade {token.CreatedAt:u}\t{(token.LastUsedAt is { } used ? $"used {used:u}" : "never used")}");
        }
    }

    private static async Task RevokeTokenAsync(NodeClient node, string name, CancellationToken cancel)
    {
        var tokens = (await node.GetAsync("api/v1/tokens", ApiJson.Default.TokenList, cancel)).Tokens;
        var token = tokens.FirstOrDefault(token => token.Name == name) ?? throw new CommandFailedException($"There is no token named '{name}'");
        await node.DeleteAsync($"api/v1/tokens/{token.Id}", cancel);
    }

    private static async Task HealthAsync(NodeClient node, ParseResult parsed, CancellationToken cancel)
    {
        if (!await node.IsReadyAsync(cancel))
        {
            throw new CommandFailedException("The node is not ready");
        }

        Console.WriteLine("ready");
    }

    // Straight into the database: a node that shall listen beyond loopback needs the password before it first starts.
    private static Task SetPasswordAsync(string dataPath, string? database)
    {
        var password = SecretInput.Read("New password: ");
        if (password.Length is < PasswordHash.MinLength or > PasswordHash.MaxLength)
        {
            throw new BadOptionException($"A password has {PasswordHash.MinLength} to {PasswordHash.MaxLength} characters");
        }

        Data.DataFolder.KeepFromOthers();
        Data.DataFolder.Prepare(dataPath);
        using var accounts = Data.NodeStorage.OpenAccounts(dataPath, database);
        accounts.SetPassword(PasswordHash.Create(password));
        Console.WriteLine("The password is set. Browsers that were signed in have to sign in again.");
        return Task.CompletedTask;
    }
}
