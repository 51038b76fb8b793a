using System.Collections.Immutable;
using System.Net;
using Akka.Actor;
using Messenger.Actors.Contacts;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Domain.Roster;
using Messenger.Protocol;
using Address = Messenger.Domain.Addressing.Address;
using Envelope = Messenger.Protocol.Envelopes.Envelope;

namespace Messenger.Node.Peers;

/// <summary>A message and the contact that brought it; one of the two is missing where nothing can be stored.</summary>
internal readonly record struct CalledMessage(WireMessage? Message, ContactProfile? Caller);

/// <summary>A history whose items' keys were looked up.</summary>
/// <param name="Messages">One per item, in order.</param>
/// <param name="Callers">The contacts that the keys belong to, the envelope's first.</param>
internal sealed record CalledHistory(IReadOnlyList<CalledMessage> Messages, IReadOnlyList<Caller> Callers)
{
    /// <summary>In whose turn the history is handled.</summary>
    public Caller? Caller => Callers.Count > 0 ? Callers[0] : null;
}

/// <summary>Identifies callers and hands messages to the conversations of their authors.</summary>
internal sealed class HistoryIntake(GatewayServices services)
{
    /// <summary>Whose key this is; null for strangers and for all who are treated like them.</summary>
    public async Task<Caller?> IdentifyAsync(string? key, string? from, IPAddress source, CancellationToken cancellation)
    {
        if (key is null)
        {
            return null;
        }

        var directory = services.Board.Current;
        var hash = services.Vault.LookupHash(key);
        var names = await services.Names.AtAsync(CallerRules.NamesToResolve(directory, hash), source, cancellation);
        var claimed = Address.TryParse(from, out var address, out _) ? address : null;
        return CallerRules.Identify(directory, new PresentedKey(key, hash, claimed, source, names));
    }

    /// <summary>Looks up the keys of a history: an item's own goes before the envelope's.</summary>
    public async Task<CalledHistory> IdentifyAsync(HistoryRequest request, IPAddress source, CancellationToken cancellation)
    {
        var known = new Dictionary<(string?, string?), Caller?>();
        var callers = new List<Caller>();
        await LookUpAsync(request.Key, request.From);
        var messages = new List<CalledMessage>(request.Items.Length);
        foreach (var item in request.Items)
        {
            var message = item as HistoryMessage;
            var caller = message is null ? null : await LookUpAsync(message.Key ?? request.Key, message.Message.From ?? request.From);
            messages.Add(new CalledMessage(message?.Message, caller?.Contact));
        }

        return new CalledHistory(messages, callers);

        async Task<Caller?> LookUpAsync(string? key, string? from)
        {
            if (!known.TryGetValue((key, from), out var caller))
            {
                caller = known[(key, from)] = await IdentifyAsync(key, from, source, cancellation);
                if (caller is not null && callers.All(c => c.Contact.Id != caller.Contact.Id))
                {
                    callers.Add(caller);
                }
            }

            return caller;
        }
    }

    /// <summary>Stores messages, each in its author's conversation, in the order given.</summary>
    /// <returns>1 stored or known, 0 not; as many as <paramref name="messages"/>.</returns>
    /// <exception cref="AskTimeoutException">Whether everything was stored is not known.</exception>
    public async Task<int[]> StoreAsync(IReadOnlyList<CalledMessage> messages, string action, IPAddress source, CancellationToken cancellation)
    {
        var occurrences = new Dictionary<(ContactId, MessageId), int>();
        var byAuthor = new Dictionary<ContactId, List<(int Index, IncomingMessage Message)>>();
        var routes = new Dictionary<(ContactId, string?, string?), SendRoute.Store>();
        for (var index = 0; index < messages.Count; index++)
        {
            if (messages[index] is { Message: { } message, Caller: { } caller } && RouteOf(message, caller) is { } route)
            {
                if (!byAuthor.TryGetValue(route.Author, out var batch))
                {
                    byAuthor[route.Author] = batch = [];
                }

                batch.Add((index, Incoming(message, route, occurrences)));
            }
        }

        var statuses = new int[messages.Count];
        await Task.WhenAll(byAuthor.Select(async author =>
        {
            foreach (var part in Parts(author.Value))
            {
                var command = new ContactProtocol.StoreMessages(author.Key, [.. part.Select(item => item.Message)]);
                var stored = await services.Region.Ask<ContactProtocol.MessagesStored>(command, services.Limits.AnswerTimeout, cancellation);
                foreach (var (item, status) in part.Zip(stored.Statuses))
                {
                    statuses[item.Index] = status;
                }
            }
        }));
        return statuses;

        // The messages of a history have the same names, which take longer to read than the rest of a message.
        SendRoute.Store? RouteOf(WireMessage message, ContactProfile caller)
        {
            var names = (caller.Id, message.From, message.To);
            if (!routes.TryGetValue(names, out var route) && Route(message, caller, action, source) is { } found)
            {
                routes.Add(names, route = found);
            }

            return route;
        }
    }

    private IEnumerable<IReadOnlyList<(int Index, IncomingMessage Message)>> Parts(List<(int Index, IncomingMessage Message)> messages)
    {
        var (first, characters) = (0, 0L);
        for (var i = 0; i < messages.Count; i++)
        {
            characters += messages[i].Message.Text.Length;
            if (i > first && characters > services.Limits.CommandCharacters)
            {
                yield return messages[first..i];
                (first, characters) = (i, messages[i].Message.Text.Length);
            }
        }

        yield return first == 0 ? messages : messages[first..];
    }

    /// <summary>The id of a message: that of its envelope, which nobody on the way can change, else the one derived from its fields.</summary>
    public static MessageId IdOf(WireMessage message) =>
        message.Enctype == Envelope.Enctype && Envelope.HashOf(message.Message) is { } hash
            ? new MessageId(hash.Value)
            : MessageId.Derive(message.Timestamp, message.Enctype, message.Message);

    private SendRoute.Store? Route(WireMessage message, ContactProfile caller, string action, IPAddress source)
    {
        var routing = new RoutingRules(services.Board.Current, services.OwnAddresses, caller, source);
        switch (routing.Send(message.From, message.To))
        {
            case SendRoute.Store store:
                if (store.Via is null && routing.NewName(message.From) is { } name)
                {
                    services.Roster.Tell(new RosterProtocol.LearnAlias(caller.Id, name));
                }

                if (routing.PossibleOwnName(message.To) is { } ours)
                {
                    services.Observations.NamedUs(ours);
                }

                return store;
            case SendRoute.Refuse refuse:
                services.Observations.Refuse(action, source, message.From, refuse.Reason);
                return null;
            default:
                throw new InvalidOperationException("A message is stored or refused.");
        }
    }

    // A peer with coarse timestamps may say the same twice; a repetition of the whole history gives the same numbers.
    private static IncomingMessage Incoming(WireMessage message, SendRoute.Store route, Dictionary<(ContactId, MessageId), int> occurrences)
    {
        var id = IdOf(message);
        if (message.Enctype == Envelope.Enctype)
        {
            return new IncomingMessage(id, message.Timestamp, message.Enctype, message.Message, route.Via);
        }

        var before = occurrences.GetValueOrDefault((route.Author, id));
        occurrences[(route.Author, id)] = before + 1;
        return new IncomingMessage(
            before == 0 ? id : MessageId.Derive(message.Timestamp, message.Enctype, message.Message, before),
            message.Timestamp,
            message.Enctype,
            message.Message,
            route.Via);
    }
}
