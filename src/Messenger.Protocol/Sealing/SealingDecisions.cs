using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Messenger.Domain.Contacts;
using Messenger.Domain.Messages;
using Messenger.Protocol.Envelopes;

namespace Messenger.Protocol.Sealing;

/// <summary>In which form a message of the owner leaves.</summary>
public enum OutgoingForm
{
    /// <summary>As plain text: the contact cannot open anything else, or the owner wants it so.</summary>
    Plain,

    /// <summary>Sealed.</summary>
    Sealed,

    /// <summary>Not at all for now: it waits for keys of the contact or for a decision of the owner.</summary>
    Waiting,
}

/// <summary>What an incoming message comes to before it is stored.</summary>
/// <param name="Message">What to store, or to refuse.</param>
/// <param name="IsForged">Refused as nobody's: the caller is to be charged.</param>
/// <param name="Shown">The author's bundle that was inside.</param>
public readonly record struct Examined(IncomingMessage Message, bool IsForged = false, Bundle? Shown = null);

/// <summary>Seals under the node's identity.</summary>
public delegate SealedMessage Sealer(Identity recipient, Prekey prekey, Payload payload);

/// <summary>Opens with the node's prekeys.</summary>
public delegate OpenResult Opener(string message, IReadOnlyList<Identity> authors);

/// <summary>The rules of sealed messages with one contact: pure, each a function of the state, what came and the time (security.md).</summary>
public static class SealingDecisions
{
    /// <summary>In which form the next message leaves.</summary>
    /// <param name="state">The contact.</param>
    /// <param name="enabled">Whether this node seals.</param>
    /// <param name="now">The clock.</param>
    public static OutgoingForm Form(SealingState state, bool enabled, DateTimeOffset now) =>
        !enabled || state.Author is null || state.PlaintextAllowed ? OutgoingForm.Plain
        : state.Bundle is null || state.Offered is not null || state.Bundle.Choose(now) is null ? OutgoingForm.Waiting
        : OutgoingForm.Sealed;

    /// <summary>In which form a message leaves that was meant to be sealed: as plain text only when somebody decided so.</summary>
    /// <param name="state">The contact.</param>
    /// <param name="enabled">Whether this node seals.</param>
    /// <param name="now">The clock.</param>
    public static OutgoingForm FormOfWaiting(SealingState state, bool enabled, DateTimeOffset now) =>
        enabled && state.Bundle is null && !state.PlaintextAllowed ? OutgoingForm.Waiting : Form(state, enabled, now);

    /// <summary>Seals a message as the next of our chain.</summary>
    /// <param name="state">The contact; <see cref="Form"/> says <see cref="OutgoingForm.Sealed"/>.</param>
    /// <param name="uuid">The client's id of the message.</param>
    /// <param name="timestamp">Its wire timestamp.</param>
    /// <param name="text">Its text.</param>
    /// <param name="own">Our newest bundle, which is put in when the contact may not have it.</param>
    /// <param name="seal">Seals.</param>
    /// <param name="random">16 random bytes, in case a chain begins.</param>
    /// <param name="life">The life of our database: a restored one begins a chain of its own.</param>
    /// <param name="now">The clock.</param>
    /// <param name="also">Envelopes to another identity in which it may have left.</param>
    public static OutgoingSeal Seal(
        SealingState state, string uuid, string timestamp, string text, Bundle own, Sealer seal, ReadOnlySpan<byte> random, string life, DateTimeOffset now,
        IReadOnlyList<string>? also = null)
    {
        var chain = ChainOf(state, life) ?? OutgoingChain.Begin(random);
        var given = own.Counter > state.BundleGiven ? own : null;
        return Seal(state, uuid, timestamp, text, (chain.Sid, chain.Next, chain.LastHash), of: null, also ?? [], given, seal, now) with { Life = life.Length > 0 ? life : null };
    }

    /// <summary>Our chain in this life of our database; <see langword="null"/> when none has begun.</summary>
    public static OutgoingChain? ChainOf(SealingState state, string life) => state.Outgoing is not null && state.OutgoingLife == life ? state.Outgoing : null;

    /// <summary>Seals a message again that the contact could not open; it keeps its place.</summary>
    /// <param name="state">The contact.</param>
    /// <param name="uuid">The client's id of the message.</param>
    /// <param name="timestamp">Its wire timestamp.</param>
    /// <param name="text">Its text.</param>
    /// <param name="earlier">Its last sealed form: one that was left behind says nothing about what the contact has.</param>
    /// <param name="own">Our newest bundle.</param>
    /// <param name="seal">Seals.</param>
    /// <param name="now">The clock.</param>
    /// <returns><see langword="null"/> when the contact has shown no other key since.</returns>
    public static OutgoingSeal? SealAgain(
        SealingState state, string uuid, string timestamp, string text, OutgoingSeal earlier, Bundle own, Sealer seal, DateTimeOffset now) =>
        Form(state, enabled: true, now) != OutgoingForm.Sealed || state.Bundle!.Choose(now)!.Prekey.Id.Value == earlier.Prekey
            ? null
            : Seal(
                state, uuid, timestamp, text, (earlier.Sid, earlier.Seq, Hash(earlier.Prev)), new EnvelopeHash(earlier.Of ?? earlier.Hash),
                earlier.Of is null ? earlier.Also ?? [] : [earlier.Hash, .. earlier.Also ?? []],
                own.Counter > state.BundleGiven ? own : null, seal, now);

    /// <summary>What a bundle that the contact showed comes to. Its signature is right.</summary>
    /// <param name="state">The contact.</param>
    /// <param name="shown">The bundle.</param>
    /// <param name="nothingHasLeft">Whether nothing that is queued can have left yet: then it is sealed, too.</param>
    /// <param name="now">The clock.</param>
    public static ImmutableArray<ContactEvent> Show(SealingState state, Bundle shown, bool nothingHasLeft, DateTimeOffset now)
    {
        switch (shown.Judge(state.Author, state.Bundle?.Counter ?? 0))
        {
            case BundleVerdict.Accepted:
                var taken = new BundleTaken(now, SealingState.Text(shown), state.Bundle is null && nothingHasLeft ? true : null);
                return state.Bundle is not null || state.Expected is null ? [taken]
                    : state.Offered is null ? [taken, new VerificationChanged(now, true, ByLink: true)]
                    : [new IdentityDecided(now, false), taken, new VerificationChanged(now, true, ByLink: true)];
            case BundleVerdict.OtherIdentity:
                var news = state.Offered is null || state.Offered.Identity != shown.Identity || shown.Counter > state.Offered.Counter;
                return news && shown.Identity.Text != state.Refused ? [new IdentityOffered(now, SealingState.Text(shown))] : [];
            default:
                return [];
        }
    }

    /// <summary>Marks the pinned identity as compared, or takes that back.</summary>
    /// <returns>The answer is whether there is an identity to compare.</returns>
    public static Decision<bool> Verify(SealingState state, bool verified, DateTimeOffset now) =>
        new(
            state.Identity is not null,
            state.Identity is null || (state.Verified == verified && !(verified && state.VerifiedByLink)) ? [] : [new VerificationChanged(now, verified)]);

    /// <summary>Verifies the pinned identity by an invite link.</summary>
    /// <param name="state">The contact.</param>
    /// <param name="named">The identity that the link names, base64url.</param>
    /// <param name="now">The clock.</param>
    /// <returns>The answer is whether no other identity is pinned.</returns>
    public static Decision<bool> VerifyByLink(SealingState state, string named, DateTimeOffset now) => new(
        state.Identity is null || state.Identity.Text == named,
        state.Identity?.Text == named && !state.Verified ? [new VerificationChanged(now, true, ByLink: true)] : []);

    /// <summary>Takes or refuses an identity that was offered.</summary>
    /// <returns>The answer is whether one was offered.</returns>
    public static Decision<bool> DecideIdentity(SealingState state, bool take, DateTimeOffset now) =>
        new(state.Offered is not null, state.Offered is null ? [] : [new IdentityDecided(now, take)]);

    /// <summary>Allows plain text to a contact that could open sealed messages, or forbids it again.</summary>
    public static Decision<bool> AllowPlaintext(SealingState state, bool allowed, DateTimeOffset now) =>
        new(true, state.PlaintextAllowed == allowed ? [] : [new PlaintextChanged(now, allowed)]);

    /// <summary>Looks at what came, before it is stored.</summary>
    /// <param name="state">The contact.</param>
    /// <param name="item">What came.</param>
    /// <param name="enabled">Whether this node seals; if not, plain text is nothing to warn of.</param>
    /// <param name="open">Opens.</param>
    public static Examined Examine(SealingState state, IncomingMessage item, bool enabled, Opener open)
    {
        if (item.Enctype.Length == 0)
        {
            // A relay could have made it up, and its author, who is known to seal, still has it and brings it.
            return new(!enabled || state.Author is null ? item
                : state.Verified || item.Via is not null ? item with { Refused = true }
                : item with { Warning = MessageWarning.Plaintext });
        }

        if (item.Enctype != Envelope.Enctype)
        {
            return new(item with { Unreadable = UnreadableReason.UnknownEnctype });
        }

        Identity[] authors = [.. new[] { state.Author, state.Offered?.Identity }.OfType<Identity>()];
        if (authors.Length == 0)
        {
            return new(item with { Unreadable = UnreadableReason.UnknownAuthor });
        }

        var result = open(item.Text, authors);
        return AuthorOf(result) is { } author && author != state.Author ? new(item with { Refused = true }) : result switch
        {
            OpenedEnvelope opened => new(Opened(item, opened), Shown: opened.Payload.Bundle),
            UnreadableEnvelope { Fault: UnreadableFault.UnknownPrekey } => new(item with { Unreadable = UnreadableReason.UnknownPrekey, Signed = true }),
            UnreadableEnvelope => new(item with { Unreadable = UnreadableReason.Undecryptable, Signed = true }),
            _ => new(item with { Refused = true }, IsForged: true),
        };
    }

    /// <summary>Adds to stored messages what the author's chains say about them, in the order of the events.</summary>
    public static ImmutableArray<ContactEvent> Place(SealingState state, ImmutableArray<ContactEvent> events)
    {
        var placed = ImmutableArray.CreateBuilder<ContactEvent>(events.Length);
        foreach (var next in events)
        {
            ContactEvent with = next switch
            {
                MessageReceived { Seal: { } seal } e => Placed(seal) is var (known, warning) ? e with { Seal = known, Warning = warning } : e,
                MessageOpened { Seal: { } seal } e => Placed(seal) is var (known, warning) ? e with { Seal = known, Warning = warning } : e,
                _ => next,
            };
            placed.Add(with);
            state = state.Apply(with);
        }

        return placed.MoveToImmutable();

        (IncomingSeal, MessageWarning?) Placed(IncomingSeal seal)
        {
            var step = state.Receive(seal);
            return (seal with { Missing = (state with { Incoming = step.State }).Missing }, step.Place switch
            {
                ChainPlace.Forks => MessageWarning.Fork,
                ChainPlace.TwoLives => MessageWarning.TwoLives,
                _ => null,
            });
        }
    }

    private static OutgoingSeal Seal(
        SealingState state, string uuid, string timestamp, string text, (string Sid, long Seq, EnvelopeHash? Prev) place, EnvelopeHash? of,
        IReadOnlyList<string> also, Bundle? given, Sealer seal, DateTimeOffset now)
    {
        also = [.. also.Take(Payload.MaxAlso)];
        var prekey = state.Bundle!.Choose(now)!.Prekey;
        var made = seal(state.Bundle.Identity, prekey, new Payload
        {
            Id = PayloadId(uuid),
            Time = DateTimeOffset.FromUnixTimeMilliseconds((ClaimedTime.Parse(timestamp) ?? now).ToUnixTimeMilliseconds()),
            Sid = place.Sid,
            Seq = place.Seq,
            Prev = place.Prev,
            Of = of,
            Also = [.. also.Select(hash => new EnvelopeHash(hash))],
            Body = text,
            Bundle = given,
        });
        return new OutgoingSeal(made.Message, made.Hash.Value, place.Sid, place.Seq, place.Prev?.Value, of?.Value, prekey.Id.Value, given?.Counter)
        {
            Also = also.Count > 0 ? also : null,
        };
    }

    private static IncomingMessage Opened(IncomingMessage item, OpenedEnvelope opened)
    {
        var payload = opened.Payload;
        return item with
        {
            Id = new MessageId(opened.Hash.Value),
            Text = payload.Body,
            Signed = true,
            Seal = new IncomingSeal(
                opened.Author.Text,
                opened.Hash.Value,
                payload.Id.ToString("D", CultureInfo.InvariantCulture),
                payload.Sid,
                payload.Seq,
                payload.Prev?.Value,
                payload.Of?.Value,
                payload.Time.ToUnixTimeMilliseconds())
            {
                Also = payload.Also.IsEmpty ? null : [.. payload.Also.Select(hash => hash.Value)],
            },
        };
    }

    private static Identity? AuthorOf(OpenResult result) => result switch
    {
        OpenedEnvelope opened => opened.Author,
        UnreadableEnvelope unreadable => unreadable.Author,
        _ => null,
    };

    // A client may bring any id, also the nil one, which no payload may have.
    private static Guid PayloadId(string uuid) =>
        Guid.TryParseExact(uuid, "D", out var id) && id != Guid.Empty ? id : new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(uuid)).AsSpan(0, 16));

    private static EnvelopeHash? Hash(string? text) => text is null ? null : new EnvelopeHash(text);
}
