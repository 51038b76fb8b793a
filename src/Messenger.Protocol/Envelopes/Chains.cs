using System.Buffers.Text;
using System.Collections.Immutable;

namespace Messenger.Protocol.Envelopes;

/// <summary>Our side of a conversation: how our messages to one contact name their order, so that the contact sees what is missing.</summary>
/// <param name="Sid">The chain: 16 random bytes as 22 characters of base64url. A new one for a new contact and after a restored backup.</param>
/// <param name="Last">The place of the last message; 0 for none.</param>
/// <param name="LastHash">Its envelope; null for none.</param>
public sealed record OutgoingChain(string Sid, long Last, EnvelopeHash? LastHash)
{
    private const int SidSize = 16;

    /// <summary>Begins a chain.</summary>
    /// <param name="random">16 random bytes.</param>
    /// <exception cref="ArgumentException">There are more or fewer.</exception>
    public static OutgoingChain Begin(ReadOnlySpan<byte> random) => random.Length == SidSize
        ? new OutgoingChain(Base64Url.EncodeToString(random), 0, null)
        : throw new ArgumentException($"A chain is named by {SidSize} random bytes.", nameof(random));

    /// <summary>The place of the next message: to be sealed with <see cref="LastHash"/> as its <see cref="Payload.Prev"/>.</summary>
    public long Next => Last + 1;

    /// <summary>The chain once the next message has been sealed. One that is sealed again keeps its place and changes nothing.</summary>
    /// <param name="hash">Its envelope.</param>
    public OutgoingChain Append(EnvelopeHash hash) => this with { Last = Next, LastHash = hash };

    internal static bool IsSid(string? text) => StrictBase64.TryDecodeUrl(text, stackalloc byte[SidSize]);
}

/// <summary>The contact's side: what has come of its chains, and what is missing. Pure data, bounded.</summary>
/// <param name="Chains">The last few chains of the author, the newest last.</param>
public sealed record IncomingChains(ImmutableList<IncomingChain> Chains)
{
    /// <summary>How many chains are remembered: an author begins a new one only after restoring a backup.</summary>
    public const int MaxChains = 4;

    /// <summary>Nothing has come yet.</summary>
    public static IncomingChains Empty { get; } = new([]);

    /// <summary>Takes a message that was not here before: repetitions, known by their id, have to be kept from this.</summary>
    /// <param name="payload">What was opened.</param>
    /// <param name="hash">The hash of its envelope.</param>
    public ChainStep Receive(Payload payload, EnvelopeHash hash)
    {
        ArgumentNullException.ThrowIfNull(payload);
        var place = payload.Of ?? hash;
        var index = Chains.FindIndex(chain => chain.Sid == payload.Sid);
        if (index < 0)
        {
            var (begun, missing) = IncomingChain.Begin(payload, place);
            var kept = Chains.Count < MaxChains ? Chains : Chains.RemoveAt(0);
            return new ChainStep(new IncomingChains(kept.Add(begun)), ChainPlace.Begins, missing);
        }

        var (next, where, gap) = Chains[index].Receive(payload, place);
        var newer = index + 1 < Chains.Count && payload.Time > Chains[index + 1].FirstTime;
        return new ChainStep(
            new IncomingChains(Chains.SetItem(index, next)), newer && where != ChainPlace.Forks ? ChainPlace.TwoLives : where, gap);
    }
}

/// <summary>One chain of an author.</summary>
/// <param name="Sid">Its name.</param>
/// <param name="FirstTime">The earliest time that its author claimed in it.</param>
/// <param name="Last">The greatest place seen.</param>
/// <param name="LastHash">The envelope at that place.</param>
/// <param name="Missing">What has not come, in order, at most <see cref="MaxGaps"/> gaps.</param>
/// <param name="Forgotten">Up to this place gaps were dropped from the list: what comes of them late is not checked.</param>
public sealed record IncomingChain(
    string Sid, DateTimeOffset FirstTime, long Last, EnvelopeHash LastHash, ImmutableList<ChainGap> Missing, long Forgotten)
{
    /// <summary>How many gaps are remembered.</summary>
    public const int MaxGaps = 32;

    internal static (IncomingChain Chain, ChainGap? Gap) Begin(Payload payload, EnvelopeHash hash)
    {
        var gap = payload.Prev is { } prev ? new ChainGap(1, payload.Seq - 1, null, prev) : null;
        return (new IncomingChain(payload.Sid, payload.Time, payload.Seq, hash, gap is null ? [] : [gap], 0), gap);
    }

    internal (IncomingChain Chain, ChainPlace Place, ChainGap? Gap) Receive(Payload payload, EnvelopeHash hash)
    {
        var seen = payload.Time < FirstTime ? this with { FirstTime = payload.Time } : this;
        if (payload.Seq > Last)
        {
            var next = seen with { Last = payload.Seq, LastHash = hash };
            if (payload.Seq == Last + 1)
            {
                return (next, payload.Prev == LastHash ? ChainPlace.Follows : ChainPlace.Forks, null);
            }

            var gap = new ChainGap(Last + 1, payload.Seq - 1, LastHash, payload.Prev!.Value);
            return (next.WithMissing(Missing.Add(gap)), ChainPlace.Skips, gap);
        }

        var index = Missing.FindIndex(gap => gap.From <= payload.Seq && payload.Seq <= gap.To);
        if (index < 0)
        {
            return (seen, payload.Seq <= Forgotten ? ChainPlace.ComesLate : ChainPlace.Forks, null);
        }

        var (remaining, fits) = Missing[index].Fill(payload, hash);
        return (seen.WithMissing(Missing.RemoveAt(index).InsertRange(index, remaining)), fits ? ChainPlace.ComesLate : ChainPlace.Forks, null);
    }

    private IncomingChain WithMissing(ImmutableList<ChainGap> missing) => missing.Count <= MaxGaps
        ? this with { Missing = missing }
        : this with { Missing = missing.RemoveAt(0), Forgotten = missing[0].To };
}

/// <summary>Messages that have not come.</summary>
/// <param name="From">The first place.</param>
/// <param name="To">The last place.</param>
/// <param name="Before">The envelope before the first; null at the beginning of the chain.</param>
/// <param name="LastHash">The envelope at the last place, as the message after it names it.</param>
public sealed record ChainGap(long From, long To, EnvelopeHash? Before, EnvelopeHash LastHash)
{
    /// <summary>How many messages.</summary>
    public long Count => To - From + 1;

    internal (ImmutableArray<ChainGap> Remaining, bool Fits) Fill(Payload payload, EnvelopeHash hash)
    {
        var remaining = ImmutableArray.CreateBuilder<ChainGap>(2);
        if (payload.Seq > From)
        {
            remaining.Add(this with { To = payload.Seq - 1, LastHash = payload.Prev!.Value });
        }

        if (payload.Seq < To)
        {
            remaining.Add(this with { From = payload.Seq + 1, Before = hash });
        }

        return (remaining.ToImmutable(), (payload.Seq > From || payload.Prev == Before) && (payload.Seq < To || hash == LastHash));
    }
}

/// <summary>What receiving a message comes to.</summary>
/// <param name="State">The chains from now on.</param>
/// <param name="Place">Where the message stands.</param>
/// <param name="Gap">What it shows to be missing; null when nothing more than was known.</param>
public sealed record ChainStep(IncomingChains State, ChainPlace Place, ChainGap? Gap);

/// <summary>Where a message stands among those of its author. Whatever it is, the message is the author's and is shown.</summary>
public enum ChainPlace
{
    /// <summary>Right after the last one.</summary>
    Follows,

    /// <summary>It begins a chain: a new contact, or one that restored a backup.</summary>
    Begins,

    /// <summary>Messages before it are missing.</summary>
    Skips,

    /// <summary>It was missing.</summary>
    ComesLate,

    /// <summary>It contradicts what came before: its place is taken, or it follows or precedes another envelope. The author's node is in two states.</summary>
    Forks,

    /// <summary>It was written to an older chain after a newer one had begun: two copies of the author's node are running.</summary>
    TwoLives,
}
