using System.Text;
using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.Contacts;
using Messenger.Actors.History;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;
using Messenger.Node.Gui;
using Microsoft.AspNetCore.Http.HttpResults;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Node.Api;

/// <summary>What the owner's calls need of the node: who the contacts are, what they said, and a way to have something done.</summary>
internal sealed class Owner(
    IRequiredActor<ContactRegionKey> contacts,
    IRequiredActor<RosterKey> roster,
    IRequiredActor<HistoryKey> projection,
    RosterBoard board,
    PresenceBoard presence,
    IMessageHistory history,
    Verifier verifier,
    TimeProvider time)
{
    // Far above what a busy node needs; an answer that takes longer is reported as busy, and the call may be repeated.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    // A node that rebuilds its read model shows what it has.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>The read model as it is.</summary>
    public IMessageHistory History => history;

    /// <summary>
    /// The read model with everything that this process acknowledged before: whoever was answered finds it there. While it is being rebuilt,
    /// as it is.
    /// </summary>
    public async Task<IMessageHistory> UpToDateAsync(CancellationToken cancel)
    {
        try
        {
            await projection.ActorRef.Ask<HistoryProtocol.UpToDate>(new HistoryProtocol.WaitForTold(), Patience, cancel);
        }
        catch (Exception problem) when (problem is AskTimeoutException or InvalidOperationException)
        {
            // It is being rebuilt, or begins again.
        }

        return history;
    }

    /// <summary>The contacts that are shown: all but the denied ones.</summary>
    public IEnumerable<ContactProfile> Shown => board.Current.All.Where(profile => profile.Standing != ContactStanding.Denied);

    /// <summary>The row of an id from outside; null when there is none.</summary>
    public ContactProfile? Find(string id) => ContactId.IsValid(id) ? board.Current.ById(new ContactId(id)) : null;

    /// <summary>When a contact was last reached and heard.</summary>
    public Presence PresenceOf(ContactId contact) => presence.Of(contact);

    /// <summary>The row of a contact, unless it is gone or denied.</summary>
    public ContactProfile? FindShown(ContactId contact) =>
        board.Current.ById(contact) is { Standing: not ContactStanding.Denied } profile ? profile : null;

    /// <summary>The row that is dialed at an address, unless it is denied.</summary>
    public ContactProfile? FindDialed(Address address) =>
        board.Current.DialedAt(address) is { Standing: not ContactStanding.Denied } profile ? profile : null;

    /// <summary>Has the roster do something.</summary>
    /// <exception cref="AskTimeoutException">No answer in time; whether it was done is unknown.</exception>
    public Task<T> AskAsync<T>(RosterProtocol.IRosterCommand command, CancellationToken cancel) => roster.ActorRef.Ask<T>(command, AnswerTimeout, cancel);

    /// <summary>Has a contact do something.</summary>
    /// <exception cref="AskTimeoutException">No answer in time; whether it was done is unknown.</exception>
    public Task<T> AskAsync<T>(ContactProtocol.IWithContactId message, CancellationToken cancel) => contacts.ActorRef.Ask<T>(message, AnswerTimeout, cancel);

    /// <summary>Says something to the roster that is not answered.</summary>
    public void Tell(RosterProtocol.IRosterCommand command) => roster.ActorRef.Tell(command);

    /// <summary>A row as the client API shows it.</summary>
    public async Task<ContactItem> DescribeAsync(ContactProfile profile, CancellationToken cancel)
    {
        var summaries = await (await UpToDateAsync(cancel)).SummariesAsync(cancel);
        return Describe(profile, summaries);
    }

    /// <summary>A row as the client API shows it, with summaries that were read before.</summary>
    public ContactItem Describe(ContactProfile profile, IReadOnlyDictionary<ContactId, ContactSummary> summaries) =>
        ContactItem.Of(profile, presence.Of(profile.Id), summaries.GetValueOrDefault(profile.Id), verifier, time.GetUtcNow());

    /// <summary>A row as the client API shows it, with what was just decided about its keys.</summary>
    public async Task<ContactItem> DescribeAsync(ContactProfile profile, SealingSummary sealing, CancellationToken cancel)
    {
        var summary = (await history.SummariesAsync(cancel)).GetValueOrDefault(profile.Id) ?? new ContactSummary(0, 0, null);
        return ContactItem.Of(profile, presence.Of(profile.Id), summary with { Sealing = sealing with { CopiesAt = summary.Sealing?.CopiesAt } }, verifier, time.GetUtcNow());
    }
}

/// <summary>Problems and checks that several calls share.</summary>
internal static class Checks
{
    private const int MaxNickLength = 64;
    private const int MaxTextBytes = 64 * 1024;

    public static ProblemHttpResult NoSuchContact() => Problems.Of(StatusCodes.Status404NotFound, "no_such_contact", "There is no contact of this id.");

    public static ProblemHttpResult NoSuchMessage() => Problems.Of(StatusCodes.Status404NotFound, "no_such_message", "There is no message of this id.");

    public static ProblemHttpResult BadCursor(string name) =>
        Problems.Of(StatusCodes.Status400BadRequest, "bad_cursor", $"{name} must be the cursor of a message.");

    /// <summary>Refuses a query with a number that is empty: to its parameter it would be one that was left out.</summary>
    public static RouteHandlerBuilder RefuseEmpty(this RouteHandlerBuilder endpoint, string number) => endpoint.AddEndpointFilter(async (context, next) =>
        context.HttpContext.Request.Query.TryGetValue(number, out var given) && given.All(string.IsNullOrEmpty)
            ? Problems.Of(StatusCodes.Status400BadRequest, "bad_request", $"{number} is empty; give a number, or leave it out.")
            : await next(context));

    /// <summary>The problem of a nick; null when it is good.</summary>
    public static ProblemHttpResult? OfNick(string? nick) => nick is null || (nick.Length <= MaxNickLength && !nick.Any(char.IsControl))
        ? null
        : Problems.Of(StatusCodes.Status400BadRequest, "bad_nick", $"nick must have at most {MaxNickLength} characters and no control characters.");

    /// <summary>The problem of a message's text; null when it is good. Lone surrogates are refused when the JSON is read.</summary>
    public static ProblemHttpResult? OfText(string text) => (text.Length, text.Contains('\0', StringComparison.Ordinal)) switch
    {
        (0, _) => Problems.Of(StatusCodes.Status400BadRequest, "bad_text", "text must not be empty."),
        (_, true) => Problems.Of(StatusCodes.Status400BadRequest, "bad_text", "text must not contain NUL."),
        _ when Encoding.UTF8.GetByteCount(text) > MaxTextBytes =>
            Problems.Of(StatusCodes.Status413PayloadTooLarge, "too_large", $"text must have at most {MaxTextBytes} bytes in UTF-8; split it."),
        _ => null,
    };
}
