using System.Text;
using Messenger.Domain.Contacts;
using Messenger.Protocol.Envelopes;

namespace Messenger.Protocol.Sealing;

/// <summary>
/// What a contact's journal adds up to as to sealed messages: whose identity is pinned, its keys, and the chains of both sides. The rest
/// is <see cref="ContactState"/>'s.
/// </summary>
public sealed record SealingState
{
    /// <summary>A contact that has shown nothing: what is written to it is plain text.</summary>
    public static SealingState Empty { get; } = new();

    /// <summary>The newest bundle of the pinned identity; <see langword="null"/> while the contact has shown none.</summary>
    public Bundle? Bundle { get; init; }

    /// <summary>Whether the owner compared the pinned identity, or an invite link named it.</summary>
    public bool Verified { get; init; }

    /// <summary>Whether it is verified by a link alone.</summary>
    public bool VerifiedByLink { get; init; }

    /// <summary>
    /// The identity that the contact's invite link names: while none is pinned, no other one is, and nothing leaves. No part of the journal,
    /// the friend list keeps it.
    /// </summary>
    public Identity? Expected { get; init; }

    /// <summary>Whether messages go as plain text all the same.</summary>
    public bool PlaintextAllowed { get; init; }

    /// <summary>The bundle of another identity that waits for the owner: everything is held until then.</summary>
    public Bundle? Offered { get; init; }

    /// <summary>The last identity that the owner did not take.</summary>
    public string? Refused { get; init; }

    /// <summary>The counter of our bundle that was last sealed in.</summary>
    public long BundleGiven { get; init; }

    /// <summary>Our chain; <see langword="null"/> before the first sealed message to this identity.</summary>
    public OutgoingChain? Outgoing { get; init; }

    /// <summary>The life of our database in which that chain began.</summary>
    public string OutgoingLife { get; init; } = "";

    /// <summary>The contact's chains.</summary>
    public IncomingChains Incoming { get; init; } = IncomingChains.Empty;

    /// <summary>The pinned identity.</summary>
    public Identity? Identity => Bundle?.Identity;

    /// <summary>The identity that signs what the contact seals: the pinned one, else that of its link.</summary>
    public Identity? Author => Identity ?? Expected;

    /// <summary>How many messages of the contact are known to be missing.</summary>
    public long Missing => Incoming.Chains.Sum(chain => chain.Missing.Sum(gap => gap.Count));

    /// <summary>The state after the next event.</summary>
    public SealingState Apply(ContactEvent next) => next switch
    {
        BundleTaken e => this with { Bundle = Read(e.Bundle) },
        IdentityOffered e => this with { Offered = Read(e.Bundle) },
        IdentityDecided { Taken: true } when Offered is not null =>
            this with { Bundle = Offered, Offered = null, Verified = false, VerifiedByLink = false, Outgoing = null, BundleGiven = 0 },
        IdentityDecided { Taken: false } => this with { Refused = Offered?.Identity.Text, Offered = null },
        VerificationChanged e => this with { Verified = e.Verified, VerifiedByLink = e is { Verified: true, ByLink: true } },
        PlaintextChanged e => this with { PlaintextAllowed = e.Allowed },
        MessageQueued { Seal: { } seal } => After(seal),
        MessageSealed { Seal: { } seal } => After(seal),
        MessageReceived { Seal: { } seal } => this with { Incoming = Receive(seal).State },
        MessageOpened { Seal: { } seal } => this with { Incoming = Receive(seal).State },
        _ => this,
    };

    /// <summary>Where a message stands in the author's chain. Repetitions have to be kept from this.</summary>
    public ChainStep Receive(IncomingSeal seal)
    {
        ArgumentNullException.ThrowIfNull(seal);
        return Incoming.Receive(
            new Payload
            {
                Id = Guid.Parse(seal.Payload),
                Time = DateTimeOffset.FromUnixTimeMilliseconds(seal.Time),
                Sid = seal.Sid,
                Seq = seal.Seq,
                Prev = Hash(seal.Prev),
                Of = Hash(seal.Of),
                Body = "",
            },
            new EnvelopeHash(seal.Hash));
    }

    /// <summary>Writes the state down.</summary>
    /// <returns><see langword="null"/> when there is nothing to write.</returns>
    public SealingSnapshot? ToSnapshot() => this with { Expected = null } == Empty ? null : new SealingSnapshot(
        Text(Bundle),
        Verified,
        PlaintextAllowed,
        Text(Offered),
        Refused,
        BundleGiven,
        Outgoing is null ? null : new SealingSnapshot.OutgoingRow(Outgoing.Sid, Outgoing.Last, Outgoing.LastHash?.Value, OutgoingLife.Length > 0 ? OutgoingLife : null),
        [
            .. Incoming.Chains.Select(chain => new SealingSnapshot.IncomingRow(
                chain.Sid,
                chain.FirstTime,
                chain.Last,
                chain.LastHash.Value,
                [.. chain.Missing.Select(gap => new SealingSnapshot.GapRow(gap.From, gap.To, gap.Before?.Value, gap.LastHash.Value))],
                chain.Forgotten)),
        ],
        VerifiedByLink ? true : null);

    /// <summary>Reads a state back.</summary>
    public static SealingState Restore(SealingSnapshot? snapshot) => snapshot is null ? Empty : new SealingState
    {
        Bundle = snapshot.Bundle is null ? null : Read(snapshot.Bundle),
        Verified = snapshot.Verified,
        VerifiedByLink = snapshot.ByLink ?? false,
        PlaintextAllowed = snapshot.PlaintextAllowed,
        Offered = snapshot.Offered is null ? null : Read(snapshot.Offered),
        Refused = snapshot.Refused,
        BundleGiven = snapshot.BundleGiven,
        Outgoing = snapshot.Outgoing is { } chain ? new OutgoingChain(chain.Sid, chain.Last, Hash(chain.LastHash)) : null,
        OutgoingLife = snapshot.Outgoing?.Life ?? "",
        Incoming = new IncomingChains(
        [
            .. snapshot.Incoming.Select(row => new IncomingChain(
                row.Sid,
                row.FirstTime,
                row.Last,
                new EnvelopeHash(row.LastHash),
                [.. row.Missing.Select(gap => new ChainGap(gap.From, gap.To, Hash(gap.Before), new EnvelopeHash(gap.LastHash)))],
                row.Forgotten)),
        ]),
    };

    /// <summary>A bundle as it is written to disk.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(bundle))]
    internal static string? Text(Bundle? bundle) => bundle is null ? null : Encoding.UTF8.GetString(BundleText.Write(bundle));

    private SealingState After(OutgoingSeal seal)
    {
        var given = this with { BundleGiven = Math.Max(BundleGiven, seal.Bundle ?? 0) };
        return seal.Of is null ? given with
        {
            Outgoing = new OutgoingChain(seal.Sid, seal.Seq, new EnvelopeHash(seal.Hash)),
            OutgoingLife = seal.Life ?? "",
        } : given;
    }

    private static Bundle Read(string bundle) => BundleText.TryRead(Encoding.UTF8.GetBytes(bundle), out var read, out var error)
        ? read
        : throw new InvalidDataException($"The journal holds a bundle that is none: {error}");

    private static EnvelopeHash? Hash(string? text) => text is null ? null : new EnvelopeHash(text);
}
