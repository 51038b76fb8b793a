using System.Collections.Immutable;
using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Node.Gui;
using Messenger.Protocol.Envelopes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Messenger.Node.Api;

/// <summary>The contact list.</summary>
internal static class ContactsApi
{
    /// <summary>The most addresses that a contact may have.</summary>
    public const int MaxAddresses = 8;

    public static void MapContactsApi(this IEndpointRouteBuilder api)
    {
        var contacts = api.MapGroup("/contacts").WithTags("Contacts");
        contacts.MapGet("", ListAsync).WithSummary("The contact list").WithName("listContacts");
        contacts.MapPost("", AddAsync).WithSummary("Add a contact and ask it to be a friend").WithName("addContact");
        contacts.MapGet("/{id}", GetAsync).WithSummary("A contact").WithName("getContact");
        contacts.MapPatch("/{id}", EditAsync).WithSummary("Change a contact").WithName("editContact");
        contacts.MapDelete("/{id}", RemoveAsync).WithSummary("Remove a contact").WithName("removeContact");
        contacts.MapPost("/{id}/accept", AcceptAsync).WithSummary("Accept a request, or unblock").WithName("acceptContact");
        contacts.MapPost("/{id}/deny", DenyAsync).WithSummary("Deny a request").WithName("denyContact");
        contacts.MapPost("/{id}/block", BlockAsync).WithSummary("Block a contact").WithName("blockContact");
        contacts.MapPost("/{id}/key", DecideKeyAsync).WithSummary("Take or refuse a key that could not be proven").WithName("decideContactKey");
        contacts.MapPost("/{id}/ping", PingAsync).WithSummary("Try to reach a contact now").WithName("pingContact");
    }

    private static async Task<Ok<ContactList>> ListAsync([FromServices] Owner owner, CancellationToken cancel)
    {
        var summaries = await (await owner.UpToDateAsync(cancel)).SummariesAsync(cancel);
        return TypedResults.Ok(new ContactList([.. owner.Shown.OrderBy(profile => profile.AddedAt).Select(profile => owner.Describe(profile, summaries))]));
    }

    private static async Task<Results<Ok<ContactItem>, ProblemHttpResult>> GetAsync(string id, [FromServices] Owner owner, CancellationToken cancel) =>
        owner.Find(id) is { } profile ? TypedResults.Ok(await owner.DescribeAsync(profile, cancel)) : Checks.NoSuchContact();

    private static async Task<Results<Created<ContactItem>, Ok<ContactItem>, ProblemHttpResult>> AddAsync(
        NewContactRequest request, [FromServices] Owner owner, [FromServices] IKeyring keyring, CancellationToken cancel)
    {
        if (Checks.OfNick(request.Nick) is { } bad)
        {
            return bad;
        }

        if (request.Invite is { } invite)
        {
            return request.Address is null
                ? await FollowedLinks.AddAsync(invite, request.Nick ?? "", owner, keyring, cancel)
                : BadAddress("Either the address or the invite is expected: the link holds the address.");
        }

        if (request.Address is null)
        {
            return BadAddress("The address of a friend's node is expected, or the invite link that it made as invite.");
        }

        if (InviteLink.IsMeant(request.Address))
        {
            return BadAddress("This is an invite link, not an address: send it as invite.");
        }

        return Address.TryParse(request.Address, out var address, out var error)
            ? await AddedAsync(new RosterProtocol.AddContact(address, request.Nick ?? ""), owner, cancel)
            : BadAddress(error);
    }

    /// <summary>Adds a contact and tells what came of it.</summary>
    internal static async Task<Results<Created<ContactItem>, Ok<ContactItem>, ProblemHttpResult>> AddedAsync(
        RosterProtocol.IRosterCommand command, Owner owner, CancellationToken cancel) =>
        await owner.AskAsync<RosterProtocol.AddResult>(command, cancel) switch
        {
            RosterProtocol.AddResult.Added added =>
                TypedResults.Created($"/api/v1/contacts/{added.Profile.Id}", await owner.DescribeAsync(added.Profile, cancel)),
            RosterProtocol.AddResult.Exists exists => TypedResults.Ok(await owner.DescribeAsync(exists.Profile, cancel)),
            RosterProtocol.AddResult.Rejected rejected => Problems.Of(StatusCodes.Status400BadRequest, rejected.Code, rejected.Detail),
            var other => throw new InvalidOperationException($"The roster answered {other}."),
        };

    private static async Task<Results<Ok<ContactItem>, NoContent, ProblemHttpResult>> EditAsync(
        string id, EditContactRequest request, [FromServices] Owner owner, CancellationToken cancel)
    {
        if (Checks.OfNick(request.Nick) is { } bad)
        {
            return bad;
        }

        if (request.Addresses is { Count: 0 or > MaxAddresses })
        {
            return BadAddress($"1 to {MaxAddresses} addresses are expected.");
        }

        ImmutableArray<Address>? addresses = null;
        if (request.Addresses is { } texts)
        {
            var parsed = ImmutableArray.CreateBuilder<Address>();
            foreach (var text in texts)
            {
                if (!Address.TryParse(text, out var address, out var error))
                {
                    return BadAddress(error);
                }

                parsed.Add(address);
            }

            addresses = parsed.ToImmutable();
        }

        return await ChangeAsync(id, contact => new RosterProtocol.EditContact(contact, request.Nick, addresses, request.CanResend, request.MayRelay, request.Muted), owner, cancel);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(string id, [FromServices] Owner owner, CancellationToken cancel) =>
        await ChangeAsync(id, contact => new RosterProtocol.RemoveContact(contact), owner, cancel) is { Result: ProblemHttpResult problem } ? problem : TypedResults.NoContent();

    private static Task<Results<Ok<ContactItem>, NoContent, ProblemHttpResult>> AcceptAsync(string id, [FromServices] Owner owner, CancellationToken cancel) =>
        ChangeAsync(id, contact => new RosterProtocol.AcceptContact(contact), owner, cancel);

    private static Task<Results<Ok<ContactItem>, NoContent, ProblemHttpResult>> DenyAsync(string id, [FromServices] Owner owner, CancellationToken cancel) =>
        ChangeAsync(id, contact => new RosterProtocol.DenyContact(contact), owner, cancel);

    private static Task<Results<Ok<ContactItem>, NoContent, ProblemHttpResult>> BlockAsync(string id, [FromServices] Owner owner, CancellationToken cancel) =>
        ChangeAsync(id, contact => new RosterProtocol.BlockContact(contact), owner, cancel);

    private static Task<Results<Ok<ContactItem>, NoContent, ProblemHttpResult>> DecideKeyAsync(
        string id, KeyDecisionRequest request, [FromServices] Owner owner, CancellationToken cancel) =>
        ChangeAsync(id, contact => new RosterProtocol.DecideKeyChange(contact, request.Take), owner, cancel);

    private static async Task<Results<Ok<PingAnswer>, ProblemHttpResult>> PingAsync(string id, [FromServices] Owner owner, CancellationToken cancel)
    {
        if (owner.Find(id) is not { } profile)
        {
            return Checks.NoSuchContact();
        }

        var result = await owner.AskAsync<ContactProtocol.PingResult>(new ContactProtocol.PingNow(profile.Id), cancel);
        return TypedResults.Ok(new PingAnswer(result.Online, result.Detail, Reasons.CodeOf(result.Detail)));
    }

    private static async Task<Results<Ok<ContactItem>, NoContent, ProblemHttpResult>> ChangeAsync(
        string id, Func<ContactId, RosterProtocol.IRosterCommand> command, Owner owner, CancellationToken cancel)
    {
        if (owner.Find(id) is not { } profile)
        {
            return Checks.NoSuchContact();
        }

        return await owner.AskAsync<RosterProtocol.RosterResult>(command(profile.Id), cancel) switch
        {
            RosterProtocol.RosterResult.Done { Profile: { } changed } => TypedResults.Ok(await owner.DescribeAsync(changed, cancel)),
            RosterProtocol.RosterResult.Done => TypedResults.NoContent(),
            RosterProtocol.RosterResult.NotFound => Checks.NoSuchContact(),
            RosterProtocol.RosterResult.Rejected rejected => Problems.Of(StatusCodes.Status409Conflict, rejected.Code, rejected.Detail),
            var other => throw new InvalidOperationException($"The roster answered {other}."),
        };
    }

    private static ProblemHttpResult BadAddress(string detail) => Problems.Of(StatusCodes.Status400BadRequest, "bad_address", detail);
}
