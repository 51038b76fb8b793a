using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using Messenger.Node.Api;

namespace Messenger.Node.Commands;

/// <summary><c>messenger retention [DAYS|forever]</c>: how long messages are kept here.</summary>
internal static class RetentionCommand
{
    private const string ForEver = "forever";

    /// <param name="leaf">Makes a command of a verb, what it says of itself, and what it does.</param>
    public static Command Build(Func<string, string, Func<NodeClient, ParseResult, CancellationToken, Task>, Command> leaf)
    {
        var days = new Argument<string?>("DAYS")
        {
            Description = $"After how many days messages are erased here, or '{ForEver}'; without it the present setting is printed",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = leaf("retention", "Print or set how long messages are kept here", (node, parsed, cancel) => RunAsync(node, parsed.GetValue(days), cancel));
        command.Arguments.Add(days);
        return command;
    }

    private static async Task RunAsync(NodeClient node, string? wanted, CancellationToken cancel)
    {
        var kept = wanted is null
            ? await node.GetAsync("api/v1/retention", ApiJson.Default.RetentionItem, cancel)
            : await SetAsync(node, wanted, cancel);
        Console.WriteLine(kept.Days?.ToString(CultureInfo.InvariantCulture) ?? ForEver);
    }

    private static async Task<RetentionItem> SetAsync(NodeClient node, string wanted, CancellationToken cancel)
    {
        int? days = wanted == ForEver ? null
            : int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new CommandFailedException($"'{wanted}' is neither a number of days nor '{ForEver}'");
        using var body = JsonContent.Create(new RetentionItem(days), ApiJson.Default.RetentionItem);
        return await node.PutAsync("api/v1/retention", body, ApiJson.Default.RetentionItem, cancel);
    }
}
