using System.CommandLine;
using System.Net.Http.Json;
using Messenger.Node.Api;
using Messenger.Protocol.Envelopes;

namespace Messenger.Node.Commands;

/// <summary><c>messenger invite …</c> and <c>messenger add</c>: friends by links and addresses.</summary>
internal static class InviteCommands
{
    /// <param name="leaf">Makes a command of a verb, what it says of itself, and what it does.</param>
    public static IEnumerable<Command> Build(Func<string, string, Func<NodeClient, ParseResult, CancellationToken, Task>, Command> leaf)
    {
        var note = new Option<string>("--note") { Description = "For whom it is; shown in the list of invites" };
        var hours = new Option<int?>("--hours") { Description = "How long it can be used: 1 to 720 (default: 168)" };
        var id = new Argument<string>("ID") { Description = "Id of the invite, as the list shows it" };
        var friend = new Argument<string>("ADDRESS-OR-LINK") { Description = "Address of a friend's node, or the invite link that it made; quote the link" };
        var nick = new Option<string>("--nick") { Description = "Your name for the friend" };

        var make = leaf("add", "Make an invite link and print it", (node, parsed, cancel) => MakeAsync(node, parsed.GetValue(note), parsed.GetValue(hours), cancel));
        make.Options.Add(note);
        make.Options.Add(hours);
        var revoke = leaf("revoke", "Make an invite useless", (node, parsed, cancel) =>
            node.DeleteAsync($"api/v1/invites/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}", cancel));
        revoke.Arguments.Add(id);
        var add = leaf("add", "Add a friend by the address of its node or by its invite link", (node, parsed, cancel) =>
            AddAsync(node, parsed.GetRequiredValue(friend), parsed.GetValue(nick), cancel));
        add.Arguments.Add(friend);
        add.Options.Add(nick);
        return
        [
            add,
            new Command("invite", "Invite links: whoever follows one first becomes a friend") { make, leaf("list", "List the invites", ListAsync), revoke },
        ];
    }

    private static async Task MakeAsync(NodeClient node, string? note, int? hours, CancellationToken cancel)
    {
        using var body = JsonContent.Create(new NewInviteRequest(note, hours), ApiJson.Default.NewInviteRequest);
        Console.WriteLine((await node.PostAsync("api/v1/invites", body, ApiJson.Default.NewInvite, cancel)).Link);
    }

    private static async Task ListAsync(NodeClient node, ParseResult parsed, CancellationToken cancel)
    {
        foreach (var invite in (await node.GetAsync("api/v1/invites", ApiJson.Default.InviteItems, cancel)).Invites)
        {
            Console.WriteLine($"{invite.Id}\t{(invite.UsedAt is { } used ? $"used {used:u} by {invite.UsedBy}" : $"open until {invite.ExpiresAt:u}")}\t{invite.Note}");
        }
    }

    private static async Task AddAsync(NodeClient node, string friend, string? nick, CancellationToken cancel)
    {
        var request = InviteLink.IsMeant(friend) ? new NewContactRequest(null, nick, friend) : new NewContactRequest(friend, nick);
        using var body = JsonContent.Create(request, ApiJson.Default.NewContactRequest);
        var contact = await node.PostAsync("api/v1/contacts", body, ApiJson.Default.ContactItem, cancel);
        Console.WriteLine($"{contact.Id}\t{contact.Address}\t{contact.State.ToString().ToLowerInvariant()}");
    }
}
