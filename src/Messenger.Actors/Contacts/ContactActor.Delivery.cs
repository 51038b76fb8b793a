using System.Collections.Immutable;
using System.Text;
using Akka.Actor;
using Messenger.Actors.Cluster;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;
using Messenger.Domain.Roster;
using static Messenger.Actors.Contacts.ContactProtocol;

namespace Messenger.Actors.Contacts;

/// <summary>What is said to the contact, when, and what came of it.</summary>
public sealed partial class ContactActor
{
    private static readonly TimeSpan IdleBeforeLeaving = TimeSpan.FromSeconds(60);

    private readonly List<IActorRef> _pingWaiters = [];
    private Link _link = Link.New;

    private LinkView View => Profile is { } p
        ? new(p.Standing is ContactStanding.Accepted or ContactStanding.Requested, p.TheirKey is not null, p.HandshakeDue && p.IssuedKey is not null, p.Addresses.Length, TakesReceipts, MoveTo)
        : default;

    private void CommandsOfDelivery()
    {
        Command<PeerHeard>(_ =>
        {
            _services.Presence.Heard(_id, Now);

            // It is back: what could not be asked while it was away is asked now, but not at every word of it.
            _firstKeysAt = _link.Failures > 0 ? default : _firstKeysAt;
            _link = _link.Heard(Now) with { PingDue = IsAskDue };
            Pump();
        });
        Command<Wake>(wake =>
        {
            ExpectIdentityOfLink();
            _link = Woken(wake.Reason);
            if (!View.Dialable)
            {
                GiveUpRelayWishes();
            }

            Pump();
        });
        Command<PingNow>(_ =>
        {
            if (View is not { Dialable: true, HasKey: true })
            {
                Sender.Tell(new PingResult(false, "The contact has not given us its key yet."));
                return;
            }

            _pingWaiters.Add(Sender);
            _link = _link with { PingDue = true, NotBefore = _link.AskedToWait ? _link.NotBefore : null };
            Pump();
        });
        Command<Loaded>(loaded =>
        {
            KeepRead(loaded.Read);
            Start(loaded.Exchange, loaded.Call);
        });
        Command<Answered>(answered =>
        {
            TakeAnswer(answered);
            Settle(answered.Outcome);
        });
        Command<LookAgain>(_ => Pump());
        Command<LeaveMemory>(_ =>
        {
            if (IsIdle)
            {
                Context.Parent.Tell(_services.IsSharded ? ContactSharding.Leave : ContactRegion.Passivate.Instance);
            }
        });
    }

    private Link Woken(WakeReason reason) => reason switch
    {
        WakeReason.Started => _link with { PingDue = true },
        WakeReason.ProfileChanged => _link.Refreshed(),
        WakeReason.RelayedWaiting => _link with { CarriedWaiting = true },
        WakeReason.WantedAsRelay or WakeReason.Watched => _link with { WantedUntil = Now + _services.Settings.WatchedFor },
        _ => _link,
    };

    private void Pump()
    {
        if (_stopWhenIdle)
        {
            StopIfIdle();
            return;
        }

        var now = Now;
        WantFreshKeys(now);
        WantFirstKeys(now);
        NoteOwnAddress();
        var step = DeliverySchedule.Next(_state, _committed, _link, View, _services.Settings, now);
        if (step.Start is { } exchange)
        {
            Prepare(exchange);
        }

        var lookAgain = Earlier(step.LookAgainAt, AskRelays(now));
        if (lookAgain is { } at)
        {
            Timers.StartSingleTimer(LookAgain.Instance, LookAgain.Instance, at > now ? at - now : TimeSpan.Zero);
            Timers.Cancel(LeaveMemory.Instance);
        }
        else if (_link.InFlight is null)
        {
            Timers.Cancel(LookAgain.Instance);
            Timers.StartSingleTimer(LeaveMemory.Instance, LeaveMemory.Instance, IdleBeforeLeaving);
        }
    }

    private void Prepare(Exchange exchange)
    {
        _link = _link with { InFlight = exchange };
        var profile = Profile!;
        var from = _services.Identity.Address.Canonical;
        switch (exchange)
        {
            case Exchange.Handshake:
                Start(exchange, new PeerCall.Handshake(from, profile.IssuedKey!, _services.Identity.Nick, profile.TheirKey) { Bundle = OwnBundle, Invite = profile.InviteCode, Advertised = OwnAdvertisement });
                break;
            case Exchange.Ping:
                Start(exchange, WithKeys(new PeerCall.Ping(from, profile.TheirKey!)));
                break;
            case Exchange.Relay { Request: var request }:
                Start(exchange, new PeerCall.Resend(from, profile.TheirKey!, _relayWishes[request].Fields));
                break;
            case Exchange.Move:
                StartMove(profile.TheirKey!);
                break;
            case Exchange.Receipt { Range: var range }:
                Load(() => LoadReceiptAsync(range, _state.Unopened, from, profile.TheirKey!));
                break;
            case Exchange.Deliver { Carried: true }:
                Load(() => LoadCarriedAsync(_link.CarriedDeferred, profile.TheirKey!, Now));
                break;
            case Exchange.Deliver deliver:
                Load(() => LoadOwnAsync(StoredOf(deliver.Numbers), from, profile));
                break;
            default:
                throw new InvalidOperationException($"{exchange} cannot be started.");
        }
    }

    private void Load(Func<Task<Loaded>> load) =>
        load().PipeTo(Self, failure: error => new Answered(new Outcome.Silence($"The messages could not be read: {error.Message}")));

    private ImmutableArray<(long Number, long Stored)> StoredOf(IEnumerable<long> numbers) =>
        [.. numbers.Where(_state.Outbox.ContainsKey).Select(n => (n, _state.Outbox[n].Stored))];

    private async Task<Loaded> LoadOwnAsync(ImmutableArray<(long Number, long Stored)> numbers, string from, ContactProfile profile)
    {
        var to = profile.Addresses[0].Canonical;
        var reading = await _texts.LoadAsync(numbers, _stopping.Token);
        var messages = reading.Messages.Select(m => (m.Number, new OutgoingMessage(from, to, m.Text.Text, m.Text.Timestamp, m.Text.Enctype)));
        return Pack(messages, from, profile.TheirKey!, carried: false) with { Read = reading.Read };
    }

    // What stands in the same rows is due next; what is not in the outbox any more would never be dropped.
    private void KeepRead(IReadOnlyCollection<(long Stored, ContactEvent Event)> read)
    {
        foreach (var (stored, happened) in read)
        {
            var number = happened is MessageSealed late ? late.Message : stored;
            if (_state.Outbox.TryGetValue(number, out var entry) && entry.Stored == stored)
            {
                _texts.Keep(number, happened);
            }
        }
    }

    private async Task<Loaded> LoadCarriedAsync(ImmutableDictionary<long, Deferral> deferred, string key, DateTimeOffset now)
    {
        var settings = _services.Settings;
        var held = await _services.Relays.PendingAsync(_id, settings.BatchMessages + deferred.Count, settings.BatchBytes * 2, _stopping.Token);
        var ready = held.Where(h => DeliverySchedule.IsReady(deferred, h.Number, now)).Take(settings.BatchMessages);
        return Pack(
            ready.Select(h => (h.Number, new OutgoingMessage(h.Message.From, h.Message.To, h.Message.Text, h.Message.Timestamp, h.Message.Enctype))),
            _services.Identity.Address.Canonical, key, carried: true);
    }

    private Loaded Pack(IEnumerable<(long Number, OutgoingMessage Message)> messages, string from, string key, bool carried)
    {
        var bytes = 0;
        var batch = messages.TakeWhile((m, i) => (bytes += SizeOf(m.Message)) <= _services.Settings.BatchBytes || i == 0).ToImmutableArray();
        PeerCall? call = batch.Length switch
        {
            0 => null,
            1 => new PeerCall.Send(from, key, batch[0].Message),
            _ => new PeerCall.History(from, key, [.. batch.Select(m => m.Message)]),
        };
        return new(new Exchange.Deliver([.. batch.Select(m => m.Number)], carried), call);
    }

    private static int SizeOf(OutgoingMessage message) => Encoding.UTF8.GetByteCount(message.Text) + message.From.Length + message.To.Length + 100;

    private void Start(Exchange exchange, PeerCall? call)
    {
        // What was erased or held while it was being read must not leave any more.
        var erased = exchange is Exchange.Deliver { Carried: false } own && !own.Numbers.All(MayLeave);
        if (call is null || erased || Profile is not { } profile)
        {
            NothingToSend(exchange);
            return;
        }

        _link = _link with { InFlight = exchange };
        var address = profile.Addresses[Math.Min(_link.AddressIndex, profile.Addresses.Length - 1)];
        _services.Transport.CallAsync(address, profile.TrustOf(address), call, _stopping.Token)
            .PipeTo(Self, success: reply => new Answered(Translate(reply), BundleOf(reply), AdvertisementOf(reply)), failure: error => new Answered(new Outcome.Silence(error.Message)));
    }

    // Everything that was due has been erased, expired or delivered meanwhile, or the contact was removed.
    private void NothingToSend(Exchange exchange)
    {
        _link = exchange is Exchange.Deliver { Carried: true }
            ? _link with { InFlight = null, CarriedWaiting = false, CarriedDeferred = _link.CarriedDeferred.RemoveRange(Ready(_link.CarriedDeferred)) }
            : _link with { InFlight = null };
        if (exchange is Exchange.Receipt { Range: var range })
        {
            Record([new ReceiptsTold(Now, range.UpTo)]);
        }

        Pump();
    }

    private IEnumerable<long> Ready(ImmutableDictionary<long, Deferral> deferred) => deferred.Where(d => d.Value.NotBefore <= Now).Select(d => d.Key);

    private void Settle(Outcome outcome)
    {
        var now = Now;
        var exchange = _link.InFlight!;
        NoteMoveWorks(outcome);
        var settlement = Settling.Settle(
            _state, _link, outcome, Profile?.Addresses.Length ?? 1, _services.Settings, Random.Shared.NextDouble(), now);
        _link = settlement.Link with { IntroductionDue = settlement.Link.IntroductionDue || _introduce };
        _introduce = false;
        if (settlement.Reached)
        {
            _services.Presence.Connected(_id, now);
        }

        if (settlement.Lost)
        {
            _services.Presence.Lost(_id, now);
            GiveUpRelayWishes();
        }

        if (settlement.HandshakeDelivered)
        {
            _roster.Tell(new RosterProtocol.NoteHandshakeDelivered(_id));
        }

        if (exchange is Exchange.Relay { Request: var request })
        {
            AnswerRelayWish(request, settlement.RelayStatus);
        }

        AnswerPingWaiters(settlement);
        if (settlement.Events.Length > 0)
        {
            RecordOutcome(settlement.Events);
        }

        if (settlement.CarriedDone.Length > 0)
        {
            RemoveCarried(settlement.CarriedDone);
            return;
        }

        Pump();
    }

    private void AnswerPingWaiters(Settlement settlement)
    {
        if (settlement is { Reached: false, Lost: false })
        {
            return;
        }

        var result = new PingResult(settlement.Reached && !settlement.Link.KeyHeld, settlement.Link.LastError ?? "The contact answered.");
        _pingWaiters.ForEach(w => w.Tell(result));
        _pingWaiters.Clear();
    }

    private static Outcome Translate(PeerReply reply) => reply switch
    {
        PeerReply.Status r => new Outcome.Status(r.Value),
        PeerReply.Statuses r => new Outcome.Statuses(r.Values),
        PeerReply.Pong => new Outcome.Pong(),
        PeerReply.Rejected r => new Outcome.Rejected(r.HttpStatus, r.RetryAfter),
        PeerReply.WrongShape r => new Outcome.Misshapen(r.Reason),
        PeerReply.NoAnswer r => new Outcome.Silence(r.Reason),
        _ => throw new InvalidOperationException($"{reply} is not known."),
    };

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;

    /// <summary>Messages were read from the disk and can be sent; <paramref name="Call"/> is <see langword="null"/> when none are left.</summary>
    private sealed record Loaded(Exchange Exchange, PeerCall? Call) : INoSerializationVerificationNeeded
    {
        public IReadOnlyCollection<(long Stored, ContactEvent Event)> Read { get; init; } = [];
    }

    private sealed record Answered(Outcome Outcome, string? Bundle = null, Advertisement? Advertised = null) : INoSerializationVerificationNeeded;

    private sealed class LookAgain : INoSerializationVerificationNeeded, INotInfluenceReceiveTimeout
    {
        public static readonly LookAgain Instance = new();
    }

    private sealed class LeaveMemory : INoSerializationVerificationNeeded, INotInfluenceReceiveTimeout
    {
        public static readonly LeaveMemory Instance = new();
    }
}
