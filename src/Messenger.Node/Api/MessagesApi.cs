using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Node.Gui;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Messenger.Node.Api;

/// <summary>Conversations.</summary>
internal static class MessagesApi
{
    private const int MaxPage = 1_000;

    public static void MapMessagesApi(this IEndpointRouteBuilder api)
    {
        var contact = api.MapGroup("/contacts/{id}").WithTags("Messages");
        contact.MapPut("/messages/{uuid}", PutAsync).WithSummary("Queue a message under an id of the client's; safe to repeat").WithName("putMessage");
        contact.MapPost("/messages", PostAsync).WithSummary("Queue a message").WithName("postMessage");
        contact.MapGet("/messages", ListAsync).RefuseEmpty("limit").WithSummary("A page of the conversation, newest first").WithName("listMessages");
        contact.MapDelete("/messages/{message}", EraseAsync).WithSummary("Erase a message here; one that is still queued is not sent").WithName("eraseMessage");
        contact.MapDelete("/messages", EraseAllAsync).WithSummary("Erase the conversation here").WithName("eraseConversation");
        contact.MapPost("/read", ReadAsync).WithSummary("Mark messages read").WithName("markRead");
    }

    private static async Task<Results<Accepted<QueuedMessage>, Ok<QueuedMessage>, ProblemHttpResult>> PutAsync(
        string id, string uuid, NewMessageRequest request, HttpContext context, [FromServices] Owner owner)
    {
        return Guid.TryParseExact(uuid, "D", out var parsed)
            ? await QueueAsync(id, parsed, isNew: false, request.Text, context, owner)
            : Problems.Of(StatusCodes.Status400BadRequest, "bad_uuid", "The id of a new message must be a UUID, such as 01890a5d-ac96-774b-bcce-b302099a8057.");
    }

    private static Task<Results<Accepted<QueuedMessage>, Ok<QueuedMessage>, ProblemHttpResult>> PostAsync(
        string id, NewMessageRequest request, HttpContext context, [FromServices] Owner owner) =>
        QueueAsync(id, Guid.CreateVersion7(), isNew: true, request.Text, context, owner);

    private static async Task<Results<Accepted<QueuedMessage>, Ok<QueuedMessage>, ProblemHttpResult>> QueueAsync(
        string id, Guid uuid, bool isNew, string text, HttpContext context, Owner owner)
    {
        if (owner.Find(id) is not { } profile)
        {
            return Checks.NoSuchContact();
        }

        if (Checks.OfText(text) is { } bad)
        {
            return bad;
        }

        var name = uuid.ToString("D");
        var result = await owner.AskAsync<ContactProtocol.QueueResult>(new ContactProtocol.QueueMessage(profile.Id, name, text, isNew), context.RequestAborted);
        switch (result)
        {
            case ContactProtocol.QueueResult.Queued queued:
                return TypedResults.Accepted((string?)null, Describe(queued.Message));
            case ContactProtocol.QueueResult.Known known:
                return TypedResults.Ok(Describe(known.Message));
            case ContactProtocol.QueueResult.Conflict:
                return Problems.Of(StatusCodes.Status409Conflict, "uuid_taken", "Another text was queued under this id; choose a new id.");
            case ContactProtocol.QueueResult.NotWritable:
                return Problems.Of(StatusCodes.Status409Conflict, "not_writable", "Messages can be sent to contacts that are accepted or were asked; accept or unblock this one first.");
            case ContactProtocol.QueueResult.Busy:
                return Busy(context);
            default:
                throw new InvalidOperationException($"The contact answered {result}.");
        }

        QueuedMessage Describe(long number) => new(MessageItem.IdOf(number), name, MessageItem.IdOf(number));
    }

    private static async Task<Results<Ok<MessageList>, ProblemHttpResult>> ListAsync(
        string id, [FromServices] Owner owner, CancellationToken cancel, string? before = null, string? after = null, string? around = null, int limit = 50)
    {
        if (owner.Find(id) is not { } profile)
        {
            return Checks.NoSuchContact();
        }

        if (limit is < 1 or > MaxPage)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "bad_limit", $"limit must be from 1 to {MaxPage}.");
        }

        List<(string Name, string? Text)> cursors = [("before", before), ("after", after), ("around", around)];
        cursors.RemoveAll(cursor => cursor.Text is null);
        if (cursors.Count > 1)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "bad_cursor", "Give one of before, after and around.");
        }

        if (cursors is [var given] && MessageItem.NumberOf(given.Text!) is null)
        {
            return Checks.BadCursor(given.Name);
        }

        var history = await owner.UpToDateAsync(cancel);
        var page = await history.MessagesAsync(profile.Id, new MessagePageRequest(Number(before), Number(after), Number(around), limit), cancel);
        return TypedResults.Ok(new MessageList(
            [.. page.Messages.Select(MessageItem.Of)],
            page.Before is { } older ? MessageItem.IdOf(older) : null,
            page.After is { } newer ? MessageItem.IdOf(newer) : null));

        static long? Number(string? cursor) => cursor is null ? null : MessageItem.NumberOf(cursor);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EraseAsync(string id, string message, [FromServices] Owner owner, CancellationToken cancel)
    {
        if (owner.Find(id) is not { } profile)
        {
            return Checks.NoSuchContact();
        }

        return MessageItem.NumberOf(message) is { } number
            && (await owner.AskAsync<ContactProtocol.EraseResult>(new ContactProtocol.EraseMessage(profile.Id, number), cancel)).Found
            ? TypedResults.NoContent()
            : Checks.NoSuchMessage();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EraseAllAsync(string id, [FromServices] Owner owner, CancellationToken cancel)
    {
        if (owner.Find(id) is not { } profile)
        {
            return Checks.NoSuchContact();
        }

        await owner.AskAsync<ContactProtocol.EraseResult>(new ContactProtocol.EraseConversation(profile.Id), cancel);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<ReadAnswer>, ProblemHttpResult>> ReadAsync(
        string id, ReadRequest request, [FromServices] Owner owner, CancellationToken cancel)
    {
        if (owner.Find(id) is not { } profile)
        {
            return Checks.NoSuchContact();
        }

        if (MessageItem.NumberOf(request.Cursor) is not { } cursor)
        {
            return Checks.BadCursor("cursor");
        }

        var result = await owner.AskAsync<ContactProtocol.ReadResult>(new ContactProtocol.MarkRead(profile.Id, cursor), cancel);
        return TypedResults.Ok(new ReadAnswer(MessageItem.IdOf(result.Cursor)));
    }

    private static ProblemHttpResult Busy(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return Problems.OfStatus(StatusCodes.Status503ServiceUnavailable);
    }
}
