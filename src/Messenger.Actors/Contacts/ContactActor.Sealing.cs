using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Akka.Actor;
using Akka.Event;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Domain.Delivery;
using Messenger.Domain.Roster;
using Messenger.Protocol;
using Messenger.Protocol.Envelopes;
using Messenger.Protocol.Sealing;
using static Messenger.Actors.Contacts.ContactProtocol;
using Envelope = Messenger.Protocol.Envelopes.Envelope;

namespace Messenger.Actors.Contacts;

/// <summary>Sealed messages: whose keys are the contact's, what is sealed and opened, and what has to wait for keys.</summary>
public sealed partial class ContactActor
{
    private const int SealedAtOnce = 64;
    private const int OpenedTogether = 8;
    private const int SidSize = 16;
    private static readonly TimeSpan AskAgainEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan SealAgainEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FreshKeysEvery = TimeSpan.FromDays(1);

    private SealingState _sealing = SealingState.Empty;
    private int _sealingLoads;
    private bool _sealsWaiting;
    private bool _introduce;
    private string? _openedFor;
    private long _shown;
    private (long Bundle, bool Asks) _pingShows;
    private DateTimeOffset _askToSealAgainAt;
    private DateTimeOffset _sealAgainAt;
    private DateTimeOffset _freshKeysAt;
    private DateTimeOffset _firstKeysAt;

    private bool SealingEnabled => _services.Sealing.Enabled;

    private string? OwnBundle => SealingEnabled ? Encoding.UTF8.GetString(BundleText.Write(_services.Keyring.Bundle)) : null;

    private IEnumerable<EnvelopeHash> Unreadable => _state.Unopened.Values
        .Where(u => u.Reason is UnreadableReason.UnknownPrekey or UnreadableReason.Undecryptable)
        .Select(u => new EnvelopeHash(u.Id.Value));

    private bool IsAskDue => SealingEnabled && _sealing.Bundle is not null && !_state.Unopened.IsEmpty && Now >= _askToSealAgainAt && Unreadable.Any();

    private SealingSummary SealingNow =>
        new(_sealing.Identity?.Text, _sealing.Offered?.Identity.Text, _sealing.Verified, _sealing.PlaintextAllowed, _sealing.Missing, _sealing.VerifiedByLink);

    private void CommandsOfSealing()
    {
        Command<KeysShown>(shown =>
        {
            Take(shown.Bundle);
            Take(shown.Advertised);
            _shown = shown.Have == _services.Keyring.Bundle.Counter ? shown.Have.Value : _shown;
            SealAgain(shown.Again);
            Pump();
        });
        Command<SetVerified>(c => DecideAboutKeys(SealingDecisions.Verify(_sealing, c.Verified, Now)));
        Command<VerifyByLink>(c =>
        {
            ExpectIdentityOfLink();
            DecideAboutKeys(SealingDecisions.VerifyByLink(_sealing, c.Identity, Now));
        });
        Command<DecideIdentity>(c => DecideAboutKeys(SealingDecisions.DecideIdentity(_sealing, c.Take, Now)));
        Command<AllowPlaintext>(c => DecideAboutKeys(SealingDecisions.AllowPlaintext(_sealing, c.Allowed, Now)));
        Command<WaitingRead>(read => EndSealingLoad(() => SealRead(read.Events)));
        Command<UnopenedRead>(read => EndSealingLoad(() => OpenRead(read.Events)));
        Command<AskedAgainRead>(read => EndSealingLoad(() => SealAgainRead(read.Messages)));
        Command<SealingReadFailed>(failed => EndSealingLoad(() =>
        {
            _log.Warning(failed.Error, "Messages of contact {0} could not be read to be sealed or opened; it is tried again.", _id);
            (_sealsWaiting, _openedFor) = (false, null);
        }));
    }

    // The roster keeps the link: what it names is known again after each start, and before the first message is queued.
    private void ExpectIdentityOfLink()
    {
        if (Profile?.LinkIdentity is { } text && text != _sealing.Expected?.Text && Identity.TryParse(text, out var identity))
        {
            _sealing = _sealing with { Expected = identity };
        }
    }

    private bool MayLeave(long message) => !_state.Held && _state.Outbox.TryGetValue(message, out var entry) && DeliverySchedule.CanLeave(entry, _committed);

    private QueueSealing? SealingOf(QueueMessage command)
    {
        var form = _state.Waiting > 0 ? OutgoingForm.Waiting : SealingDecisions.Form(_sealing, SealingEnabled, Now);
        return form switch
        {
            OutgoingForm.Plain => null,
            OutgoingForm.Waiting => new QueueSealing(Envelope.Enctype, 0, null),
            _ => new QueueSealing(Envelope.Enctype, SealingDecisions.ChainOf(_sealing, _services.Life.Id)?.Next ?? 1, timestamp => Seal(command.Uuid, timestamp, command.Text)),
        };
    }

    private OutgoingSeal Seal(string uuid, string timestamp, string text, IReadOnlyList<string>? also = null) => SealingDecisions.Seal(
        _sealing, uuid, timestamp, text, _services.Keyring.Bundle, _services.Keyring.Seal, RandomNumberGenerator.GetBytes(SidSize), _services.Life.Id, Now, also);

    // A backlog is opened on every core: opening is most of what it costs, and each message is opened by itself.
    private Arrived Examine(StoreMessages store)
    {
        var items = store.Items.Count(item => item.Enctype.Length > 0) < OpenedTogether
            ? [.. store.Items.Select(Examine)]
            : store.Items.AsParallel().AsOrdered().Select(Examine).ToImmutableArray();
        return new([.. items.Select(i => i.Message)], [.. items.Select(i => i.IsForged)], items.LastOrDefault(i => i.Shown is not null).Shown);
    }

    // A copy of what is known costs no opening.
    private Examined Examine(IncomingMessage item) => _state.Received.TryFind(item.Id, out _, out _)
        ? new Examined(item)
        : SealingDecisions.Examine(_sealing, item, SealingEnabled, _services.Keyring.Open);

    private void AfterStoring(Arrived arrived)
    {
        if (arrived.Shown is { } bundle && SealingEnabled)
        {
            Record(SealingDecisions.Show(_sealing, bundle, nothingHasLeft: false, Now));
        }

        if (IsAskDue)
        {
            _link = _link with { PingDue = true };
        }
    }

    private void DecideAboutKeys(Decision<bool> decision)
    {
        Record(decision.Events);
        _replies.Add((Sender, new SealingResult(decision.Reply, SealingNow)));
    }

    private void Take(string? json)
    {
        if (json is null || !SealingEnabled || Profile is not { Standing: ContactStanding.Accepted or ContactStanding.Requested, RelayOnly: false }
            || !BundleText.TryRead(Encoding.UTF8.GetBytes(json), out var bundle, out _) || bundle.Identity == _services.Keyring.Identity)
        {
            return;
        }

        // Without a key of the contact nothing was ever sent to it, and no relay was asked.
        var isFirst = _sealing.Bundle is null;
        var events = SealingDecisions.Show(_sealing, bundle, Profile.TheirKey is null, Now);
        if (events.IsEmpty)
        {
            return;
        }

        Record(events);
        _link = _link with { IntroductionDue = _link.IntroductionDue || (isFirst && _shown != _services.Keyring.Bundle.Counter) };
    }

    private void TakeAnswer(Answered answered)
    {
        if (_link.InFlight is Exchange.Ping && answered.Outcome is Outcome.Pong)
        {
            _shown = _pingShows.Bundle > 0 ? _pingShows.Bundle : _shown;
            _askToSealAgainAt = _pingShows.Asks ? Now + AskAgainEvery : _askToSealAgainAt;
        }

        if (_link.InFlight is Exchange.Ping or Exchange.Handshake)
        {
            // What is settled next knows nothing of keys that came only now.
            var before = _link.IntroductionDue;
            Take(answered.Bundle);
            Take(answered.Advertised);
            _introduce = !before && _link.IntroductionDue;
        }
    }

    private static string? BundleOf(PeerReply reply) => reply switch
    {
        PeerReply.Pong pong => pong.Bundle,
        PeerReply.Status { Value: 1 } status => status.Bundle,
        _ => null,
    };

    private PeerCall.Ping WithKeys(PeerCall.Ping ping)
    {
        if (LacksKeys)
        {
            _pingShows = (_services.Keyring.Bundle.Counter, false);
            return ping with { Have = 0, Bundle = OwnBundle, Advertised = OwnAdvertisement };
        }

        if (!SealingEnabled || _sealing.Bundle is not { } theirs)
        {
            _pingShows = default;
            return ping;
        }

        var asks = IsAskDue;
        var shows = asks || _shown != _services.Keyring.Bundle.Counter;
        _pingShows = (shows ? _services.Keyring.Bundle.Counter : 0, asks);
        return ping with
        {
            Have = theirs.Counter,
            Advertised = OwnAdvertisement,
            Bundle = shows ? OwnBundle : null,
            Again = asks ? [.. Unreadable.Take(PingRequest.MaxAgain)] : [],
        };
    }

    // The contact seals, for it was sealed to or has sealed, but this node was made anew and has not seen its keys.
    // Another encryption says nothing of the kind: a peer of the seed must not be shown fields that it does not know.
    private bool LacksKeys => SealingEnabled && _sealing.Bundle is null
        && (_state.Waiting > 0 || _state.Unopened.Values.Any(u => u.Reason == UnreadableReason.UnknownAuthor));

    private void WantFirstKeys(DateTimeOffset now)
    {
        if (LacksKeys && now >= _firstKeysAt)
        {
            _firstKeysAt = now + _services.Settings.PingInterval;
            _link = _link with { PingDue = true };
        }
    }

    // The contact has made newer keys by now: those we have are in their second week.
    private void WantFreshKeys(DateTimeOffset now)
    {
        if (SealingEnabled && _sealing.Bundle is { } bundle && now >= _freshKeysAt && bundle.Prekeys.Max(p => p.Expires) < now + PrekeyRing.NewEvery)
        {
            _freshKeysAt = now + FreshKeysEvery;
            _link = _link with { PingDue = true };
        }
    }

    private void SealWhatWaits()
    {
        if (_state.Waiting > 0 && !_sealsWaiting && SealingDecisions.FormOfWaiting(_sealing, SealingEnabled, Now) != OutgoingForm.Waiting)
        {
            var numbers = _state.Outbox.TakeWhile(m => m.Key <= _committed).Where(m => m.Value.Waits).Select(m => m.Key).Take(SealedAtOnce).ToImmutableArray();
            _sealsWaiting = numbers.Length > 0;
            if (_sealsWaiting)
            {
                SealingLoad(async stop => new WaitingRead(await _texts.ReadAsync(numbers, stop)));
            }
        }
    }

    private void SealRead(IReadOnlyDictionary<long, ContactEvent> read)
    {
        _sealsWaiting = false;
        foreach (var (number, happened) in read.OrderBy(r => r.Key))
        {
            var form = SealingDecisions.FormOfWaiting(_sealing, SealingEnabled, Now);
            if (happened is MessageQueued { Text: { } text } queued && form != OutgoingForm.Waiting
                && _state.Outbox.TryGetValue(number, out var entry) && entry.Waits)
            {
                Record(
                [
                    form == OutgoingForm.Plain
                        ? new MessageSealed(Now, number, queued.Timestamp, "", text, null)
                        : new MessageSealed(Now, number, queued.Timestamp, Envelope.Enctype, null, Seal(queued.Uuid, queued.Timestamp, text, queued.Seal is { } left ? [left.Hash] : null)),
                ]);
            }
        }
    }

    // Once for each identity: what it has not signed stays unreadable.
    private void OpenWhatWaits()
    {
        if (_sealing.Identity is { } identity && _openedFor != identity.Text)
        {
            _openedFor = identity.Text;
            var numbers = _state.Unopened.Where(u => u.Key <= _committed && u.Value.Reason == UnreadableReason.UnknownAuthor).Select(u => u.Key).ToImmutableArray();
            if (numbers.Length > 0)
            {
                SealingLoad(async stop => new UnopenedRead(await _texts.ReadAsync(numbers, stop)));
            }
        }
    }

    private void OpenRead(IReadOnlyDictionary<long, ContactEvent> read)
    {
        foreach (var (number, happened) in read.OrderBy(r => r.Key))
        {
            if (happened is MessageReceived { Text: { } text, Unreadable: UnreadableReason.UnknownAuthor } e && _state.Unopened.ContainsKey(number))
            {
                var item = new IncomingMessage(e.Id, e.Timestamp, e.Enctype, text, e.Via);
                var examined = SealingDecisions.Examine(_sealing, item, SealingEnabled, _services.Keyring.Open);
                Record(SealingDecisions.Place(_sealing, ContactDecisions.Open(_state, number, examined.Message, Now)));
            }
        }
    }

    private void SealAgain(ImmutableArray<EnvelopeHash> asked)
    {
        if (asked.IsDefaultOrEmpty || !SealingEnabled || Now < _sealAgainAt || SealingDecisions.Form(_sealing, SealingEnabled, Now) != OutgoingForm.Sealed)
        {
            return;
        }

        _sealAgainAt = Now + SealAgainEvery;
        SealingLoad(async stop =>
        {
            var sent = await _services.History.SentEnvelopesAsync(_id, [.. asked.Select(hash => hash.Value)], stop);
            var read = await _texts.ReadAsync(sent.SelectMany(s => (long[])[s.Message, s.Stored]).Distinct(), stop);
            return new AskedAgainRead(
                [.. sent.OrderBy(s => s.Message).Select(s => (s.Message, read.GetValueOrDefault(s.Message) as MessageQueued, SealOf(read.GetValueOrDefault(s.Stored))))]);
        });
    }

    private static OutgoingSeal? SealOf(ContactEvent? happened) => happened switch
    {
        MessageQueued e => e.Seal,
        MessageSealed e => e.Seal,
        _ => null,
    };

    private void SealAgainRead(ImmutableArray<(long Message, MessageQueued? Queued, OutgoingSeal? Seal)> messages)
    {
        foreach (var (message, queued, earlier) in messages)
        {
            if (queued is { Text: { } text } && earlier is not null && !_state.IsErasing(message)
                && SealingDecisions.SealAgain(
                    _sealing, queued.Uuid, queued.Timestamp, text, earlier, _services.Keyring.Bundle, _services.Keyring.Seal, Now) is { } seal)
            {
                Record([new MessageSealed(Now, message, queued.Timestamp, Envelope.Enctype, null, seal)]);
            }
        }
    }

    private void SealingLoad(Func<CancellationToken, Task<object>> load)
    {
        _sealingLoads++;
        load(_stopping.Token).PipeTo(Self, failure: error => new SealingReadFailed(error));
    }

    private void EndSealingLoad(Action then)
    {
        _sealingLoads--;
        then();
        Pump();
    }

    /// <summary>Messages of the contact that were looked at.</summary>
    private sealed record Arrived(ImmutableArray<IncomingMessage> Items, ImmutableArray<bool> Forged, Bundle? Shown)
    {
        public MessagesStored Answer(ImmutableArray<int> statuses) =>
            new([.. statuses.Select((status, i) => Forged[i] && status != 1 ? MessagesStored.Forged : status)]);
    }

    private sealed record WaitingRead(IReadOnlyDictionary<long, ContactEvent> Events) : INoSerializationVerificationNeeded;

    private sealed record UnopenedRead(IReadOnlyDictionary<long, ContactEvent> Events) : INoSerializationVerificationNeeded;

    private sealed record AskedAgainRead(ImmutableArray<(long Message, MessageQueued? Queued, OutgoingSeal? Seal)> Messages) : INoSerializationVerificationNeeded;

    private sealed record SealingReadFailed(Exception Error) : INoSerializationVerificationNeeded;
}
