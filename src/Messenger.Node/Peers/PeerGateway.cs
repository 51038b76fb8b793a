using System.Data.Common;
using System.Net;
using System.Text;
using Akka.Actor;
using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;
using Messenger.Protocol;
using Messenger.Protocol.Envelopes;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Node.Peers;

/// <summary>
/// Translates calls of peers into messages to actors: finds out who calls, keeps each contact to its share, and answers only what is
/// committed. An outcome that is not known is no answer at all, and the peer tries again.
/// </summary>
internal sealed class PeerGateway : IPeerGateway
{
    private const int RelayFull = 3;
    private static readonly TimeSpan RateWindow = TimeSpan.FromMinutes(1);

    private readonly GatewayServices _services;
    private readonly HistoryIntake _history;
    private readonly ContactTurns _turns;
    private readonly OriginRates _refused;
    private readonly OriginRates _barePings;
    private readonly Lock _ratesGate = new();

    public PeerGateway(GatewayServices services)
    {
        _services = services;
        _history = new HistoryIntake(services);
        var limits = services.Limits;
        _turns = new ContactTurns(limits.AtOnce, limits.Waiting);
        _refused = new OriginRates(limits.RefusedPerOrigin, limits.RefusedInAll, RateWindow);
        _barePings = new OriginRates(limits.BarePingsPerOrigin, limits.BarePingsInAll, RateWindow);
    }

    public async Task<PeerAnswer> HandleAsync(PeerRequest request, IPAddress source, CancellationToken cancellation)
    {
        try
        {
            return request switch
            {
                HandshakeRequest handshake => await HandshakeAsync(handshake, source, cancellation),
                PingRequest { Key: null } => Limited(_barePings, source, new PeerAnswer.Pong()),
                PingRequest ping => await AsContactAsync("ping", ping.Key, ping.From, source, 0, caller => Task.FromResult<PeerAnswer>(Pong(ping, caller)), cancellation),
                SendRequest send => await AsContactAsync(
                    "send", send.Key, send.Message.From, source, 0, caller => SendAsync(send.Message, caller, source, cancellation), cancellation),
                ResendRequest resend => await AsContactAsync(
                    "resend", resend.Key, resend.Message.From, source, 5, caller => ResendAsync(resend.Message, caller, source, cancellation), cancellation),
                ReceiptRequest receipt => await AsContactAsync(
                    "receipt", receipt.Key, receipt.From, source, 0, caller => ReceiptAsync(receipt, caller, source, cancellation), cancellation),
                MovedRequest moved => await AsContactAsync(
                    "moved", moved.Key, moved.From, source, 0, caller => MovedAsync(moved, caller, source, cancellation), cancellation),
                HistoryRequest history => await HistoryAsync(history, source, cancellation),
                _ => new PeerAnswer.Malformed("This node does not know the action."),
            };
        }
        catch (Exception problem) when (problem is AskTimeoutException or OperationCanceledException or DbException { IsTransient: true })
        {
            return new PeerAnswer.Unknown();
        }
    }

    private async Task<PeerAnswer> HandshakeAsync(HandshakeRequest request, IPAddress source, CancellationToken cancellation)
    {
        if (!_services.Disk.HasRoom)
        {
            return new PeerAnswer.Status(0);
        }

        // Free text instead of an address says no more than a bare handshake.
        var from = Address.TryParse(request.From, out var address, out _) ? address : null;
        var command = new RosterProtocol.ReceiveHandshake(request.Key, from, request.Nick ?? "", request.Proof, source)
        {
            Invite = request.Invite,
            Identity = request is { Invite: not null, E2e: { } e2e } && BundleText.TryRead(Encoding.UTF8.GetBytes(e2e), out var bundle, out _) ? bundle.Identity.Text : null,
        };
        var answer = await _services.Roster.Ask<RosterProtocol.HandshakeAnswer>(command, _services.Limits.AnswerTimeout, cancellation);
        if ((request.E2e is not null || request.Advertised is not null) && answer.Contact is { } contact)
        {
            _services.Region.Tell(new ContactProtocol.KeysShown(contact, request.E2e, null, []) { Advertised = request.Advertised });
        }

        return answer.RetryAfter is { } wait ? new PeerAnswer.TooFast(wait)
            : answer.Status == 1 ? new PeerAnswer.Status(1) { Bundle = _services.Keys.Bundle, Advertised = _services.Keys.Advertised }
            : new PeerAnswer.Status(answer.Status);
    }

    private PeerAnswer.Pong Pong(PingRequest ping, Caller caller)
    {
        var contact = caller.Contact.Id;
        if (ping.E2e is not null || ping.Have is not null || ping.Advertised is not null || !ping.Again.IsEmpty)
        {
            _services.Region.Tell(new ContactProtocol.KeysShown(contact, ping.E2e, ping.Have, ping.Again) { Advertised = ping.Advertised });
        }

        if (_services.Keys.AreOlderThan(ping.Have))
        {
            _services.Observations.MetOtherCopy(contact);
        }

        return new PeerAnswer.Pong { Bundle = _services.Keys.For(contact, ping.Have), Advertised = _services.Keys.AdvertisedTo(contact, ping.Have) };
    }

    private async Task<PeerAnswer> ReceiptAsync(ReceiptRequest receipt, Caller caller, IPAddress source, CancellationToken cancellation)
    {
        var taken = await _services.Region.Ask<ContactProtocol.ReceiptTaken>(
            new ContactProtocol.TakeReceipt(caller.Contact.Id, receipt.Ids), _services.Limits.AnswerTimeout, cancellation);
        if (taken.Status != 1)
        {
            _services.Observations.Refuse("receipt", source, receipt.From, "It names no message that was written to it.");
        }

        return new PeerAnswer.Status(taken.Status);
    }

    private async Task<PeerAnswer> MovedAsync(MovedRequest moved, Caller caller, IPAddress source, CancellationToken cancellation)
    {
        var taken = await _services.Region.Ask<ContactProtocol.MoveTaken>(
            new ContactProtocol.TakeMove(caller.Contact.Id, moved.Change, source), _services.Limits.AnswerTimeout, cancellation);
        if (taken.Status != 1)
        {
            _services.Observations.Refuse("moved", source, moved.From, $"Its new address is not taken: {taken.Refusal}");
        }

        return new PeerAnswer.Status(taken.Status);
    }

    private async Task<PeerAnswer> SendAsync(WireMessage message, Caller caller, IPAddress source, CancellationToken cancellation)
    {
        if (!_services.Disk.HasRoom)
        {
            return new PeerAnswer.Status(0);
        }

        var statuses = await _history.StoreAsync([new CalledMessage(message, caller.Contact)], "send", source, cancellation);
        return Charged(statuses, source) ? Limited(_refused, source, new PeerAnswer.Status(0)) : new PeerAnswer.Status(statuses[0]);
    }

    // What nobody has sealed counts like a wrong key. A history is answered all the same: who carries it may be as much deceived as we are.
    private bool Charged(int[] statuses, IPAddress source)
    {
        var forged = 0;
        for (var i = 0; i < statuses.Length; i++)
        {
            if (statuses[i] == ContactProtocol.MessagesStored.Forged)
            {
                statuses[i] = 0;
                forged++;
            }
        }

        if (forged > 0)
        {
            _services.Observations.Refuse("seal", source, null, "It brought a sealed message that its author has not made, or not for us.");
        }

        if (forged > 1)
        {
            lock (_ratesGate)
            {
                for (var i = 1; i < forged && _refused.Take(source, _services.Time.GetUtcNow()) is null; i++)
                {
                }
            }
        }

        return forged > 0;
    }

    private async Task<PeerAnswer> HistoryAsync(HistoryRequest request, IPAddress source, CancellationToken cancellation)
    {
        var items = await _history.IdentifyAsync(request, source, cancellation);
        var caller = items.Caller;
        if (caller is null)
        {
            return Refuse("history", source, request.From, new PeerAnswer.Statuses([.. new int[request.Items.Length + request.Omitted]]));
        }

        using var turn = await _turns.TakeAsync(caller.Contact.Id, cancellation);
        if (turn is null)
        {
            return new PeerAnswer.TooFast(_services.Limits.BusyRetryAfter);
        }

        foreach (var heard in items.Callers)
        {
            Greet(heard, request.From, source);
        }

        var statuses = _services.Disk.HasRoom ? await _history.StoreAsync(items.Messages, "history", source, cancellation) : new int[request.Items.Length];
        _ = Charged(statuses, source);
        return new PeerAnswer.Statuses([.. statuses, .. new int[request.Omitted]]);
    }

    private async Task<PeerAnswer> ResendAsync(WireMessage message, Caller caller, IPAddress source, CancellationToken cancellation)
    {
        var routing = new RoutingRules(_services.Board.Current, _services.OwnAddresses, caller.Contact, source);
        var route = _services.RelayOn ? routing.Resend(message.From, message.To) : new ResendRoute.Refuse(0, "Relaying is off.");
        switch (route)
        {
            case ResendRoute.Refuse refuse:
                _services.Observations.Refuse("resend", source, message.From, refuse.Reason);
                return new PeerAnswer.Status(refuse.Status);
            case var _ when !_services.Disk.HasRoom:
                return new PeerAnswer.Status(RelayFull);
            case ResendRoute.Keep:
                var kept = await _history.StoreAsync([new CalledMessage(message, caller.Contact)], "resend", source, cancellation);
                return Charged(kept, source) ? Limited(_refused, source, new PeerAnswer.Status(0)) : new PeerAnswer.Status(kept[0] == 1 ? 1 : RelayFull);
            case ResendRoute.Carry carry:
                return new PeerAnswer.Status(await CarryAsync(message, carry, caller.Contact.Id, cancellation));
            default:
                throw new InvalidOperationException($"{route} leads nowhere.");
        }
    }

    private async Task<int> CarryAsync(WireMessage message, ResendRoute.Carry carry, ContactId requester, CancellationToken cancellation)
    {
        var now = _services.Time.GetUtcNow();
        var id = HistoryIntake.IdOf(message);
        var carried = new RelayedMessage(
            id, requester, carry.Recipient, carry.From, message.To!, message.Message, message.Timestamp, message.Enctype, now, now + _services.Limits.CarriedFor);
        if (await _services.Relays.StoreAsync(carried, _services.Limits.Relays, cancellation) == RelayStoring.OverQuota)
        {
            return RelayFull;
        }

        _services.Region.Tell(new ContactProtocol.Wake(carry.Recipient, ContactProtocol.WakeReason.RelayedWaiting));
        return 1;
    }

    /// <summary>Answers a contact in its turn; whoever shows no key of a friend gets <paramref name="refusal"/>, and not too often.</summary>
    private async Task<PeerAnswer> AsContactAsync(
        string action, string? key, string? from, IPAddress source, int refusal, Func<Caller, Task<PeerAnswer>> answer, CancellationToken cancellation)
    {
        if (await _history.IdentifyAsync(key, from, source, cancellation) is not { } caller)
        {
            return Refuse(action, source, from, new PeerAnswer.Status(refusal));
        }

        using var turn = await _turns.TakeAsync(caller.Contact.Id, cancellation);
        if (turn is null)
        {
            return new PeerAnswer.TooFast(_services.Limits.BusyRetryAfter);
        }

        // The author of a send may be another one than the caller; its rules learn names themselves.
        Greet(caller, action is "send" or "moved" ? null : from, source);
        return await answer(caller);
    }

    private void Greet(Caller caller, string? from, IPAddress source)
    {
        var contact = caller.Contact;
        _services.Region.Tell(new ContactProtocol.PeerHeard(contact.Id));
        if (caller.ByWeakKey && !contact.WeakKey)
        {
            _services.Roster.Tell(new RosterProtocol.NoteWeakKey(contact.Id));
        }

        if (new RoutingRules(_services.Board.Current, _services.OwnAddresses, contact, source).NewName(from) is { } name)
        {
            _services.Roster.Tell(new RosterProtocol.LearnAlias(contact.Id, name));
        }
    }

    private PeerAnswer Refuse(string action, IPAddress source, string? from, PeerAnswer refusal)
    {
        _services.Observations.Refuse(action, source, from, "It shows no key that a friend has.");
        return Limited(_refused, source, refusal);
    }

    private PeerAnswer Limited(OriginRates rates, IPAddress source, PeerAnswer answer)
    {
        lock (_ratesGate)
        {
            return rates.Take(source, _services.Time.GetUtcNow()) is { } wait ? new PeerAnswer.TooFast(wait) : answer;
        }
    }
}
