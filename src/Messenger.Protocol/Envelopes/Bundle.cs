using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Messenger.Protocol.Envelopes;

/// <summary>
/// The field <c>e2e</c> of handshake and pong: an identity and the prekeys to seal to, signed. Whoever holds one of these has either made
/// it or checked its signature.
/// </summary>
public sealed record Bundle
{
    /// <summary>The <c>v</c> of this form.</summary>
    public const int Version = 1;

    /// <summary>How many prekeys a bundle holds at most, beside the fallback key; at least one.</summary>
    public const int MaxPrekeys = 8;

    // The label, LP(ik), n, the count, and for each key LP(k) and exp.
    private const int MaxSignedSize = 15 + 4 + Identity.Size + 8 + 4 + ((MaxPrekeys + 1) * (4 + Hpke.PublicKeySize + 8));

    private Bundle(long counter, Identity identity, ImmutableArray<Prekey> prekeys, Prekey fallback, string signature)
    {
        Counter = counter;
        Identity = identity;
        Prekeys = prekeys;
        Fallback = fallback;
        Signature = signature;
    }

    /// <summary>Grows from bundle to bundle, 1 to <see cref="Counters.Max"/>.</summary>
    public long Counter { get; }

    /// <summary>Whose bundle it is.</summary>
    public Identity Identity { get; }

    /// <summary>The prekeys, 1 to <see cref="MaxPrekeys"/>.</summary>
    public ImmutableArray<Prekey> Prekeys { get; }

    /// <summary>The key for when no prekey is valid any more.</summary>
    public Prekey Fallback { get; }

    /// <summary>86 characters of base64url without padding.</summary>
    public string Signature { get; }

    /// <summary>Signs a bundle.</summary>
    /// <param name="key">Whose it is.</param>
    /// <param name="counter">Greater than that of every bundle of this identity before; see <see cref="Counters.Next"/>.</param>
    /// <param name="prekeys">1 to <see cref="MaxPrekeys"/> prekeys.</param>
    /// <param name="fallback">The fallback key.</param>
    /// <exception cref="ArgumentOutOfRangeException">The counter or the number of prekeys is out of range.</exception>
    public static Bundle Sign(IdentityKey key, long counter, ImmutableArray<Prekey> prekeys, Prekey fallback)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(fallback);
        ArgumentOutOfRangeException.ThrowIfLessThan(counter, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(counter, Counters.Max);
        ArgumentOutOfRangeException.ThrowIfZero(prekeys.Length, nameof(prekeys));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prekeys.Length, MaxPrekeys, nameof(prekeys));
        Span<byte> signed = stackalloc byte[MaxSignedSize];
        return new Bundle(counter, key.Identity, prekeys, fallback, key.Sign(SignedBytes(signed, key.Identity, counter, prekeys, fallback)));
    }

    /// <summary>Which key to seal to: the prekey that is valid longest, else the fallback key.</summary>
    /// <param name="now">The clock.</param>
    /// <returns>Null when all have expired: nothing can be sealed before there is a newer bundle.</returns>
    public PrekeyChoice? Choose(DateTimeOffset now)
    {
        var best = Prekeys.MaxBy(prekey => prekey.Expires)!;
        return now < best.Expires ? new PrekeyChoice(best, IsFallback: false)
            : now < Fallback.Expires ? new PrekeyChoice(Fallback, IsFallback: true)
            : null;
    }

    /// <summary>Whether to put this bundle in the place of what is known of a contact.</summary>
    /// <param name="pinned">The contact's identity; null while it has shown none.</param>
    /// <param name="counter">The counter of the last bundle accepted; 0 for none.</param>
    public BundleVerdict Judge(Identity? pinned, long counter) =>
        pinned is not null && pinned != Identity ? BundleVerdict.OtherIdentity
        : Counter > counter ? BundleVerdict.Accepted
        : Counter == counter ? BundleVerdict.Repeated
        : BundleVerdict.RolledBack;

    /// <inheritdoc/>
    public bool Equals(Bundle? other) =>
        other is not null
        && (Counter, Identity, Fallback, Signature) == (other.Counter, other.Identity, other.Fallback, other.Signature)
        && Prekeys.SequenceEqual(other.Prekeys);

    /// <inheritdoc/>
    public override int GetHashCode() => Signature.GetHashCode(StringComparison.Ordinal);

    internal static bool TryVerify(
        Identity identity,
        long counter,
        ImmutableArray<Prekey> prekeys,
        Prekey fallback,
        string signature,
        [NotNullWhen(true)] out Bundle? bundle)
    {
        Span<byte> signed = stackalloc byte[MaxSignedSize];
        bundle = identity.HasSigned(SignedBytes(signed, identity, counter, prekeys, fallback), signature)
            ? new Bundle(counter, identity, prekeys, fallback, signature)
            : null;
        return bundle is not null;
    }

    private static ReadOnlySpan<byte> SignedBytes(
        Span<byte> target, Identity identity, long counter, ImmutableArray<Prekey> prekeys, Prekey fallback)
    {
        var writer = new ByteWriter(target);
        writer.Raw("p2pm-e1 bundle\0"u8);
        writer.Prefixed(identity);
        writer.UInt64(counter);
        writer.UInt32((uint)prekeys.Length);
        foreach (var prekey in prekeys.Append(fallback))
        {
            writer.Prefixed(prekey);
            writer.UInt64(prekey.Expires.ToUnixTimeMilliseconds());
        }

        return target[..writer.Written.Length];
    }
}

/// <summary>The key to seal to.</summary>
/// <param name="Prekey">The key.</param>
/// <param name="IsFallback">Whether it is the fallback key, which is in use for longer and therefore protects less of the past.</param>
public sealed record PrekeyChoice(Prekey Prekey, bool IsFallback);

/// <summary>What to do with a bundle whose signature is right.</summary>
public enum BundleVerdict
{
    /// <summary>It is newer: store it. If the contact had no identity, pin this one.</summary>
    Accepted,

    /// <summary>It has the counter of the stored one: nothing to do.</summary>
    Repeated,

    /// <summary>It is older than the stored one: keep that.</summary>
    RolledBack,

    /// <summary>It is somebody else's. Never taken by itself: hold the messages and let the owner decide.</summary>
    OtherIdentity,
}

/// <summary>The counters of bundles and address changes.</summary>
public static class Counters
{
    /// <summary>The greatest counter, 2^53 - 1: what every JSON reader holds exactly.</summary>
    public const long Max = (1L << 53) - 1;

    /// <summary>The next counter: the time, so that a restored backup is ahead of everything its node had signed, but always greater than the last.</summary>
    /// <param name="last">The last counter used; 0 for none.</param>
    /// <param name="now">The clock, which may have stepped back.</param>
    public static long Next(long last, DateTimeOffset now) => Math.Max(last + 1, now.ToUnixTimeMilliseconds());
}
