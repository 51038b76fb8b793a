using System.Collections.Immutable;

namespace Messenger.Protocol.Envelopes;

/// <summary>
/// The prekeys of a node: which are advertised, when new ones are due and when the private parts are erased (design page "security",
/// End-to-end envelope). It holds public parts only; the private ones are kept by their ids elsewhere.
/// </summary>
/// <param name="Keys">All prekeys whose private parts still exist, oldest first.</param>
public sealed record PrekeyRing(ImmutableArray<RingKey> Keys)
{
    /// <summary>No keys yet.</summary>
    public static PrekeyRing Empty { get; } = new([]);

    /// <summary>How old the newest prekey gets before there is a newer one.</summary>
    public static readonly TimeSpan NewEvery = TimeSpan.FromDays(7);

    /// <summary>How long a prekey may be sealed to.</summary>
    public static readonly TimeSpan Advertised = TimeSpan.FromDays(14);

    /// <summary>How old the newest fallback key gets before there is a newer one: a bundle's fallback is good for this long at least.</summary>
    public static readonly TimeSpan NewFallbackEvery = TimeSpan.FromDays(45);

    /// <summary>How long a fallback key may be sealed to.</summary>
    public static readonly TimeSpan FallbackAdvertised = TimeSpan.FromDays(90);

    /// <summary>How long after that the private part is kept, for messages on their way.</summary>
    public static readonly TimeSpan KeptAfterwards = TimeSpan.FromDays(30);

    /// <summary>A key made this far in the future does not count as new: it was made under a wrong clock.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromDays(1);

    /// <summary>Makes what is due and lets go of what is over. Doing it often, or again, changes nothing.</summary>
    /// <param name="now">The clock.</param>
    /// <param name="create">Makes a key; <see cref="PrekeySecret.Create"/>, but for tests. Called twice at most.</param>
    /// <param name="renew">Makes both keys anew at once, as a restored backup has to: what it holds is in somebody else's copy, too.</param>
    /// <returns>The ring, the keys to store before the ring is advertised, and the ids whose private parts have to be erased.</returns>
    public RingTurn Turn(DateTimeOffset now, Func<PrekeySecret> create, bool renew = false)
    {
        ArgumentNullException.ThrowIfNull(create);
        var created = ImmutableArray.CreateBuilder<PrekeySecret>();
        var kept = Keys.Where(key => now < key.EraseAt).ToImmutableArray().ToBuilder();
        foreach (var fallback in (ReadOnlySpan<bool>)[false, true])
        {
            if (renew || !kept.Any(key => key.IsFallback == fallback && key.IsNew(now)))
            {
                var secret = create();
                created.Add(secret);
                kept.Add(new RingKey(secret.ToPrekey(now + (fallback ? FallbackAdvertised : Advertised)), now, fallback));
            }
        }

        return new RingTurn(
            new PrekeyRing(kept.ToImmutable()),
            created.ToImmutable(),
            [.. Keys.Where(key => now >= key.EraseAt).Select(key => key.Prekey.Id)]);
    }

    /// <summary>The prekeys to advertise, the best first, at most <see cref="Bundle.MaxPrekeys"/>; at least one after a turn at that time.</summary>
    /// <param name="now">The clock.</param>
    public ImmutableArray<Prekey> CurrentPrekeys(DateTimeOffset now) => [.. Current(now, fallback: false).Take(Bundle.MaxPrekeys)];

    /// <summary>The fallback key to advertise; there is one after a turn at that time.</summary>
    /// <param name="now">The clock.</param>
    public Prekey? CurrentFallback(DateTimeOffset now) => Current(now, fallback: true).FirstOrDefault();

    private IEnumerable<Prekey> Current(DateTimeOffset now, bool fallback) => Keys
        .Where(key => key.IsFallback == fallback && now < key.Prekey.Expires && key.CreatedAt < now + ClockTolerance)
        .Select(key => key.Prekey)
        .OrderByDescending(prekey => prekey.Expires);
}

/// <summary>One prekey of ours.</summary>
/// <param name="Prekey">The public part.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="IsFallback">Whether it is a fallback key.</param>
public sealed record RingKey(Prekey Prekey, DateTimeOffset CreatedAt, bool IsFallback)
{
    /// <summary>When its private part is erased.</summary>
    public DateTimeOffset EraseAt => Prekey.Expires + PrekeyRing.KeptAfterwards;

    internal bool IsNew(DateTimeOffset now) =>
        CreatedAt < now + PrekeyRing.ClockTolerance
        && now < CreatedAt + (IsFallback ? PrekeyRing.NewFallbackEvery : PrekeyRing.NewEvery);
}

/// <summary>What a turn of the ring comes to.</summary>
/// <param name="Ring">The ring from now on.</param>
/// <param name="Created">New private keys; the caller owns them.</param>
/// <param name="Erased">The prekeys that are no longer in the ring: their private parts have to go from memory and disk.</param>
public sealed record RingTurn(PrekeyRing Ring, ImmutableArray<PrekeySecret> Created, ImmutableArray<PrekeyId> Erased)
{
    /// <summary>Whether there is anything to store.</summary>
    public bool Changed => !Created.IsEmpty || !Erased.IsEmpty;
}
