using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;
using Messenger.Domain.Relaying;
using Messenger.Domain.Roster;
using static Messenger.Actors.Contacts.ContactProtocol;
using Address = Messenger.Domain.Addressing.Address;

namespace Messenger.Actors.Contacts;

/// <summary>Asking friends to carry what this contact cannot be given, being asked as a relay, and handing over what is carried.</summary>
public sealed partial class ContactActor
{
    private const int MaxAsksUnderWay = 60;
    private const int MaxRelayWishes = 100;
    private const int MaxRelaysWoken = 8;

    // A relay's actor that failed forgets what it was asked.
    private static readonly TimeSpan AskLostAfter = TimeSpan.FromMinutes(2);

    private readonly Dictionary<RelayRequest, (OutgoingMessage Fields, IActorRef Asker)> _relayWishes = [];
    private readonly Dictionary<(long Message, ContactId Relay), DateTimeOffset> _asksUnderWay = [];
    private DateTimeOffset _askAgainAt;

    // As it was when it said that it does not relay; the friend list needs a moment to say so, too.
    private ContactProfile? _declined;

    private void CommandsOfRelaying()
    {
        Command<AskToRelay>(TakeRelayWish);
        Command<RelayTextsLoaded>(loaded => SendAsks(loaded.Asks));
        Command<RelayAnswer>(answer =>
        {
            _asksUnderWay.Remove((answer.Message, answer.Relay));
            if (answer.Status is { } status)
            {
                Record(ContactDecisions.RelayAnswered(_state, answer.Message, answer.Relay, status, Now));
            }

            Pump();
        });
        Command<CarriedRemoved>(_ =>
        {
            _link = _link with { InFlight = null };
            Pump();
        });
    }

    /// <summary>Asks relays for what has waited long enough; returns when to look again.</summary>
    private DateTimeOffset? AskRelays(DateTimeOffset now)
    {
        if (_state.Outbox.IsEmpty || _link.Failures == 0 || View is not { Dialable: true, HasKey: true })
        {
            return null;
        }

        foreach (var lost in _asksUnderWay.Where(a => now - a.Value > AskLostAfter).ToArray())
        {
            _asksUnderWay.Remove(lost.Key);
        }

        if (now < _askAgainAt || _asksUnderWay.Count >= MaxAsksUnderWay)
        {
            return Later(_askAgainAt, now);
        }

        _askAgainAt = now + _services.Settings.RelayAfter;
        var due = RelayChoice.Due(_state, _link, _services.Settings, now).Where(m => m.Key <= _committed && m.Value.Stored <= _committed);
        if (!due.Any())
        {
            return _askAgainAt;
        }

        var relays = _services.Roster.Current.All.Where(CanCarry).Select(p => p.Id).ToArray();
        var online = relays.Where(r => _services.Presence.Of(r).IsOnline(now)).ToArray();
        var own = ServersAt(_services.Settings.OwnServers);
        var first = ServersAt(Advertisement.Read(_state.Relays)).Union(own);
        if (online.Length < RelayChoice.Copies || relays.Except(online).Any(first.Contains))
        {
            WakeRelays([.. relays.Except(online)], first);
        }

        // Counted are the asks, not the messages: those that nobody else can be asked for would otherwise stand before all later ones.
        var asks = due
            .SelectMany(m => RelayChoice
                .Choose(m.Value, MayRead(m.Value) ? online : online.Where(own.Contains), [.. _asksUnderWay.Keys.Where(a => a.Message == m.Key).Select(a => a.Relay)], Random.Shared, now, first)
                .Select(relay => (Message: m.Key, Relay: relay)))
            .Take(MaxAsksUnderWay)
            .ToImmutableArray();
        if (asks.Length > 0)
        {
            foreach (var ask in asks)
            {
                _asksUnderWay[ask] = now;
            }

            LoadAsks(asks);
        }

        return _askAgainAt;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset now) => a > now ? a : now + TimeSpan.FromSeconds(1);

    private bool CanCarry(ContactProfile p) => p is { Standing: ContactStanding.Accepted, CanResend: true, TheirKey: not null } && p.Id != _id;

    private bool MayRead(OutboxEntry entry) => entry.IsSealed || _services.Settings.RelayPlaintext;

    // Only who is a friend of ours anyway: nobody is dialed because the recipient named it.
    private ImmutableHashSet<ContactId> ServersAt(ImmutableArray<Address> addresses) =>
        [.. addresses.Select(_services.Roster.Current.ByAddress).OfType<ContactProfile>().Where(CanCarry).Select(p => p.Id)];

    private void WakeRelays(ContactId[] relays, ImmutableHashSet<ContactId> first)
    {
        Random.Shared.Shuffle(relays);
        foreach (var relay in relays.OrderBy(r => first.Contains(r) ? 0 : 1).Take(MaxRelaysWoken))
        {
            _region.Tell(new Wake(relay, WakeReason.WantedAsRelay));
        }
    }

    private void LoadAsks(ImmutableArray<(long Message, ContactId Relay)> asks)
    {
        var from = _services.Identity.Address.Canonical;
        var to = Profile!.Addresses[0].Canonical;
        var stored = StoredOf(asks.Select(a => a.Message).Distinct());
        async Task<RelayTextsLoaded> LoadAsync()
        {
            var texts = await _texts.LoadAsync(stored, _stopping.Token);
            var fields = texts.Messages.ToDictionary(t => t.Number, t => new OutgoingMessage(from, to, t.Text.Text, t.Text.Timestamp, t.Text.Enctype));
            return new([.. asks.Select(a => (a.Message, a.Relay, fields.GetValueOrDefault(a.Message)))]);
        }

        LoadAsync().PipeTo(Self, failure: error =>
        {
            _log.Warning(error, "Messages for relays of contact {0} could not be read; tried again later.", _id);
            return new RelayTextsLoaded([.. asks.Select(a => (a.Message, a.Relay, (OutgoingMessage?)null))]);
        });
    }

    private void SendAsks(ImmutableArray<(long Message, ContactId Relay, OutgoingMessage? Fields)> asks)
    {
        foreach (var (message, relay, fields) in asks)
        {
            if (fields is null || !MayLeave(message))
            {
                _asksUnderWay.Remove((message, relay));
            }
            else
            {
                _region.Tell(new AskToRelay(relay, _id, message, fields));
            }
        }
    }

    private void TakeRelayWish(AskToRelay wish)
    {
        var request = new RelayRequest(wish.Recipient, wish.Message);
        if (Profile is not { Standing: ContactStanding.Accepted, CanResend: true, TheirKey: not null }
            || ReferenceEquals(Profile, _declined) || _link.Failures > 0 || _relayWishes.Count >= MaxRelayWishes || !_relayWishes.TryAdd(request, (wish.Fields, Sender)))
        {
            Sender.Tell(new RelayAnswer(_id, wish.Recipient, wish.Message, null));
            return;
        }

        _link = _link with { RelayRequests = _link.RelayRequests.Enqueue(request) };
        Pump();
    }

    private void AnswerRelayWish(RelayRequest request, int? status)
    {
        if (!_relayWishes.Remove(request, out var wish))
        {
            return;
        }

        wish.Asker.Tell(new RelayAnswer(_id, request.Recipient, request.Message, status));
        if (status == 0)
        {
            // It does not relay and is not asked again: what else it was to be asked goes back at once.
            _declined = Profile;
            _roster.Tell(new RosterProtocol.NoteRelayingDeclined(_id));
            GiveUpRelayWishes();
        }
    }

    private void GiveUpRelayWishes()
    {
        foreach (var (request, wish) in _relayWishes.Where(w => _link.InFlight is not Exchange.Relay r || r.Request != w.Key).ToArray())
        {
            _relayWishes.Remove(request);
            wish.Asker.Tell(new RelayAnswer(_id, request.Recipient, request.Message, null));
        }

        _link = _link with { RelayRequests = [] };
    }

    // Until the rows are gone nothing else is started: they would be handed over twice.
    private void RemoveCarried(ImmutableArray<long> numbers)
    {
        _link = _link with { InFlight = new Exchange.Deliver(numbers, Carried: true) };
        _services.Relays.RemoveAsync(numbers, _stopping.Token).PipeTo(Self, success: () => CarriedRemoved.Instance, failure: error =>
        {
            _log.Warning(error, "Delivered messages could not be taken out of the relay store; the recipient will tell that it has them.");
            return CarriedRemoved.Instance;
        });
    }

    private ContactDiagnostics Diagnose()
    {
        var step = DeliverySchedule.Next(_state, _committed, _link, View, _services.Settings, Now);
        return new(
            _id, _state.Outbox.Count, _link.InFlight is null ? step.LookAgainAt : Now, _link.LastError, _link.KeyHeld,
            [.. _state.Outbox.Take(100).SelectMany(m => m.Value.Asks.Select(a => new RelayAsked(a.Relay, m.Key, a.At, a.Carries)))],
            _state.BytesStored);
    }

    private sealed record RelayTextsLoaded(ImmutableArray<(long Message, ContactId Relay, OutgoingMessage? Fields)> Asks) : INoSerializationVerificationNeeded;

    private sealed class CarriedRemoved : INoSerializationVerificationNeeded
    {
        public static readonly CarriedRemoved Instance = new();
    }
}
