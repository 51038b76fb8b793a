using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;
using Messenger.Node.Configuration;
using Messenger.Node.Gui;
using Messenger.Protocol.Envelopes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Messenger.Node.Api;

/// <summary>Asks for an invite.</summary>
/// <param name="Note">The owner's words on whom it is for, at most 64 characters.</param>
/// <param name="Hours">How long it can be redeemed: 1 to 720, 168 when absent.</param>
internal sealed record NewInviteRequest(string? Note = null, int? Hours = null);

/// <summary>A new invite.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Note">The owner's words on whom it is for; may be empty.</param>
/// <param name="Link">The link, shown only here: whoever follows it first becomes a friend.</param>
/// <param name="ExpiresAt">Until when it can be redeemed.</param>
internal sealed record NewInvite(string Id, string Note, string Link, DateTimeOffset ExpiresAt);

/// <summary>An invite.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Note">The owner's words on whom it is for; may be empty.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">Until when it can be redeemed.</param>
/// <param name="UsedAt">When it was redeemed; null while it is open.</param>
/// <param name="UsedBy">Id of the contact that redeemed it; it may be gone.</param>
internal sealed record InviteItem(string Id, string Note, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt, string? UsedBy);

/// <summary>Open invites, and used ones until they would have expired.</summary>
/// <param name="Invites">Newest first.</param>
internal sealed record InviteItems(IReadOnlyList<InviteItem> Invites);

/// <summary>Invite links: one-time, expiring, revocable.</summary>
internal static class InvitesApi
{
    private const int DefaultHours = 168;

    // A link is read from a screen by a camera.
    private const int MaxAddresses = 4;

    public static void MapInvitesApi(this IEndpointRouteBuilder api)
    {
        var invites = api.MapGroup("/invites").WithTags("Invites");
        invites.MapGet("", ListAsync).WithSummary("Open and used invites, without their links").WithName("listInvites");
        invites.MapPost("", MakeAsync).WithSummary("Make an invite link, which makes whoever follows it first a friend").WithName("makeInvite");
        invites.MapDelete("/{id}", RevokeAsync).WithSummary("Make an invite useless, or forget a used one").WithName("revokeInvite");
    }

    private static async Task<Ok<InviteItems>> ListAsync([FromServices] Owner owner, [FromServices] TimeProvider time, CancellationToken cancel)
    {
        var (list, now) = (await owner.AskAsync<RosterProtocol.InviteList>(new RosterProtocol.GetInvites(), cancel), time.GetUtcNow());
        return TypedResults.Ok(new InviteItems(
            [.. list.Invites.Where(i => now < i.ExpiresAt).Select(i => new InviteItem(i.Id, i.Note, i.MadeAt, i.ExpiresAt, i.UsedAt, i.UsedBy?.Value))]));
    }

    private static async Task<Results<Created<NewInvite>, ProblemHttpResult>> MakeAsync(
        [FromBody(EmptyBodyBehavior = Microsoft.AspNetCore.Mvc.ModelBinding.EmptyBodyBehavior.Allow)] NewInviteRequest? request,
        [FromServices] Owner owner,
        [FromServices] NodeOptions options,
        [FromServices] IKeyring keyring,
        CancellationToken cancel)
    {
        if (!options.Sealing)
        {
            return Problems.Of(
                StatusCodes.Status409Conflict, "sealing_off", "This node does not seal messages, so a link could not show who it is. Start it without --sealing off.");
        }

        var note = request?.Note ?? "";
        if (note.Length > InviteDecisions.MaxNoteLength || note.Any(char.IsControl))
        {
            return Problems.Of(
                StatusCodes.Status400BadRequest, "bad_note", $"note must have at most {InviteDecisions.MaxNoteLength} characters and no control characters.");
        }

        var hours = request?.Hours ?? DefaultHours;
        if (hours < 1 || hours > InviteDecisions.LongestLife.TotalHours)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "bad_hours", $"hours must be 1 to {InviteDecisions.LongestLife.TotalHours}.");
        }

        return await owner.AskAsync<RosterProtocol.InviteResult>(new RosterProtocol.MakeInvite(note, TimeSpan.FromHours(hours)), cancel) switch
        {
            RosterProtocol.InviteResult.Made made => TypedResults.Created(
                $"/api/v1/invites/{made.Invite.Id}",
                new NewInvite(
                    made.Invite.Id,
                    made.Invite.Note,
                    new InviteLink([.. options.Addresses.Take(MaxAddresses)], made.Code, keyring.Identity).ToString(),
                    made.Invite.ExpiresAt)),
            RosterProtocol.InviteResult.Rejected rejected => Problems.Of(StatusCodes.Status409Conflict, rejected.Code, rejected.Detail),
            var other => throw new InvalidOperationException($"The roster answered {other}."),
        };
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(string id, [FromServices] Owner owner, CancellationToken cancel) =>
        (await owner.AskAsync<RosterProtocol.InviteEndResult>(new RosterProtocol.EndInvite(id), cancel)).Found
            ? TypedResults.NoContent()
            : Problems.Of(StatusCodes.Status404NotFound, "no_such_invite", "There is no invite of this id; it may have expired.");
}

/// <summary>Adds contacts by the invite links of their nodes.</summary>
internal static class FollowedLinks
{
    /// <summary>Adds the contact of a link, or verifies the one that is there already.</summary>
    public static async Task<Results<Created<ContactItem>, Ok<ContactItem>, ProblemHttpResult>> AddAsync(
        string text, string nick, Owner owner, IKeyring keyring, CancellationToken cancel)
    {
        if (!InviteLink.TryParse(text, out var link, out var error))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "bad_invite", error);
        }

        if (link.Identity == keyring.Identity)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "own_invite", "This is an invite of your own node. Give it to your friend, who adds you by it.");
        }

        var shownBy = (await owner.History.SummariesAsync(cancel)).FirstOrDefault(s => s.Value.Sealing?.Identity == link.Identity.Text).Key;
        var there = link.Addresses.Select(owner.FindDialed).FirstOrDefault(found => found is not null) ?? (shownBy.Value is null ? null : owner.FindShown(shownBy));
        if (there is not null && !await VerifyAsync(there.Id, link, owner, cancel))
        {
            return Problems.Of(
                StatusCodes.Status409Conflict,
                "other_identity",
                "The contact at the address of this link has shown another identity than the link names: one of the two is not genuine. Ask your friend, and compare the safety numbers.");
        }

        var command = new RosterProtocol.FollowLink(link.Addresses, link.Identity.Text, link.Code, nick, there?.Id);
        var added = await ContactsApi.AddedAsync(command, owner, cancel);
        if (added.Result is not Ok<ContactItem> { Value: { } item } || owner.Find(item.Id) is not { } contact)
        {
            return added;
        }

        // It may have shown its identity after it was asked, and before it knew of the link.
        var result = await owner.AskAsync<ContactProtocol.SealingResult>(new ContactProtocol.VerifyByLink(contact.Id, link.Identity.Text), cancel);
        return TypedResults.Ok(await owner.DescribeAsync(contact, result.Now, cancel));
    }

    private static async Task<bool> VerifyAsync(ContactId contact, InviteLink link, Owner owner, CancellationToken cancel) =>
        (await owner.AskAsync<ContactProtocol.SealingResult>(new ContactProtocol.VerifyByLink(contact, link.Identity.Text), cancel)).Done;
}
