using Messenger.Actors.Contacts;
using Messenger.Domain.Contacts;
using Messenger.Node.Gui;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Messenger.Node.Api;

/// <summary>The owner's decisions about the identities of contacts.</summary>
internal static class SealingApi
{
    public static void MapSealingApi(this IEndpointRouteBuilder api)
    {
        var contact = api.MapGroup("/contacts/{id}").WithTags("Contacts");
        contact.MapPost("/verify", VerifyAsync).WithSummary("Mark the identity of a contact as compared, or take that back").WithName("verifyContact");
        contact.MapPost("/identity", DecideAsync).WithSummary("Take or refuse another identity that a contact shows").WithName("decideContactIdentity");
        contact.MapPost("/plaintext", AllowAsync).WithSummary("Let messages to a contact go as plain text, or seal them again").WithName("allowPlaintext");
    }

    private static Task<Results<Ok<ContactItem>, ProblemHttpResult>> VerifyAsync(
        string id, VerifiedRequest request, [FromServices] Owner owner, CancellationToken cancel) => AskAsync(
        id, contact => new ContactProtocol.SetVerified(contact, request.Verified), "no_identity", "The contact has not shown an identity that could be compared.", owner, cancel);

    private static Task<Results<Ok<ContactItem>, ProblemHttpResult>> DecideAsync(
        string id, IdentityDecisionRequest request, [FromServices] Owner owner, CancellationToken cancel) => AskAsync(
        id, contact => new ContactProtocol.DecideIdentity(contact, request.Take), "no_identity_offered", "The contact does not show another identity than before.", owner, cancel);

    private static Task<Results<Ok<ContactItem>, ProblemHttpResult>> AllowAsync(
        string id, PlaintextRequest request, [FromServices] Owner owner, CancellationToken cancel) => AskAsync(
        id, contact => new ContactProtocol.AllowPlaintext(contact, request.Allowed), "not_possible", "This is not possible now.", owner, cancel);

    private static async Task<Results<Ok<ContactItem>, ProblemHttpResult>> AskAsync(
        string id, Func<ContactId, ContactProtocol.IContactCommand> command, string code, string detail, Owner owner, CancellationToken cancel)
    {
        if (owner.Find(id) is not { } profile)
        {
            return Checks.NoSuchContact();
        }

        var result = await owner.AskAsync<ContactProtocol.SealingResult>(command(profile.Id), cancel);
        return result.Done
            ? TypedResults.Ok(await owner.DescribeAsync(profile, result.Now, cancel))
            : Problems.Of(StatusCodes.Status409Conflict, code, detail);
    }
}
