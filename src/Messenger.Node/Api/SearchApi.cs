using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Search;
using Messenger.Node.Gui;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Messenger.Node.Api;

/// <summary>Messages that were found, newest first.</summary>
/// <param name="Hits">The page.</param>
/// <param name="Before">Cursor for older ones; null when there are none.</param>
internal sealed record SearchAnswer(IReadOnlyList<SearchHitItem> Hits, string? Before);

/// <summary>A message that was found.</summary>
/// <param name="Contact">Id of the contact in whose conversation it is.</param>
/// <param name="Message">The message.</param>
/// <param name="Snippet">The part of its text around the first match, in pieces to show one behind the other.</param>
internal sealed record SearchHitItem(string Contact, MessageItem Message, IReadOnlyList<SnippetPartItem> Snippet);

/// <summary>A piece of a snippet.</summary>
/// <param name="Text">The piece. Hostile text.</param>
/// <param name="Match">Whether it is what was looked for.</param>
internal sealed record SnippetPartItem(string Text, bool Match);

/// <summary>Search in all conversations.</summary>
internal static class SearchApi
{
    // Every hit carries its whole text.
    private const int MaxPage = 100;

    public static void MapSearchApi(this IEndpointRouteBuilder api) => api.MapGet("/search", SearchAsync)
        .RefuseEmpty("limit")
        .WithTags("Messages")
        .WithName("search")
        .WithSummary("Messages with these words, \"phrases\" and beginnings (при*), newest first; ё is е, and the last word may be incomplete");

    private static async Task<Results<Ok<SearchAnswer>, ProblemHttpResult>> SearchAsync(
        [FromServices] Owner owner, CancellationToken cancel, string q = "", string? contact = null, string? before = null, int limit = 50)
    {
        if (!SearchQuery.TryParse(q, out var query, out var error))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "bad_query", error);
        }

        if (limit is < 1 or > MaxPage)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "bad_limit", $"limit must be from 1 to {MaxPage}.");
        }

        var cursor = before is null ? null : MessageItem.NumberOf(before);
        if (before is not null && cursor is null)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "bad_cursor", "before must be the cursor of an earlier page.");
        }

        ContactId? only = null;
        if (contact is not null)
        {
            if (owner.Find(contact) is not { } profile)
            {
                return Checks.NoSuchContact();
            }

            only = profile.Id;
        }

        var page = await owner.History.SearchAsync(new SearchRequest(query, only, cursor, limit), cancel);
        return TypedResults.Ok(new SearchAnswer(
            [.. page.Hits.Select(hit => Describe(hit, query))], page.Before is { } older ? MessageItem.IdOf(older) : null));
    }

    private static SearchHitItem Describe(SearchHit hit, SearchQuery query) => new(
        hit.Contact.Value,
        MessageItem.Of(hit.Message),
        [.. Snippet.Of(hit.Message.Text ?? "", query).Select(part => new SnippetPartItem(part.Text, part.Match))]);
}
