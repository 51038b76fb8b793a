using System.Text;
using Messenger.Domain.Addressing;

namespace Messenger.Protocol.Envelopes;

/// <summary>
/// <c>moved {from, key, address, n, sig}</c>: a contact says where it answers from now on. The signature counts, not where it came from.
/// </summary>
/// <param name="Address">The new address, as it stands on the wire.</param>
/// <param name="Counter">Grows from change to change, 1 to <see cref="Counters.Max"/>: an old change cannot be repeated.</param>
/// <param name="Signature">86 characters of base64url without padding.</param>
public sealed record AddressChange(string Address, long Counter, string Signature)
{
    private const int MaxAddressSize = 360;

    /// <summary>Signs a change of our address, for one contact.</summary>
    /// <param name="author">Who has moved.</param>
    /// <param name="recipient">Who is told.</param>
    /// <param name="address">The new address.</param>
    /// <param name="counter">See <see cref="Counters.Next"/>.</param>
    public static AddressChange Sign(IdentityKey author, Identity recipient, Address address, long counter)
    {
        ArgumentNullException.ThrowIfNull(author);
        ArgumentNullException.ThrowIfNull(recipient);
        ArgumentNullException.ThrowIfNull(address);
        ArgumentOutOfRangeException.ThrowIfLessThan(counter, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(counter, Counters.Max);
        return new AddressChange(
            address.Full, counter, author.Sign(SignedBytes(author.Identity, recipient, address.Full, counter)));
    }

    /// <summary>Whether to take a change.</summary>
    /// <param name="author">The identity of the contact that is said to have moved.</param>
    /// <param name="recipient">Our own identity.</param>
    /// <param name="lastCounter">The counter of the last change taken of this contact; 0 for none.</param>
    public AddressChangeVerdict Judge(Identity author, Identity recipient, long lastCounter)
    {
        ArgumentNullException.ThrowIfNull(author);
        ArgumentNullException.ThrowIfNull(recipient);
        return Address is null || Address.Length > MaxAddressSize || !Domain.Addressing.Address.TryParse(Address, out _, out _)
            ? AddressChangeVerdict.BadAddress
            : Counter is < 1 or > Counters.Max || !author.HasSigned(SignedBytes(author, recipient, Address, Counter), Signature)
                ? AddressChangeVerdict.BadSignature
                : Counter > lastCounter ? AddressChangeVerdict.Accepted : AddressChangeVerdict.Stale;
    }

    private static byte[] SignedBytes(Identity author, Identity recipient, string address, long counter)
    {
        var text = Encoding.UTF8.GetBytes(address);
        var bytes = new byte[14 + (3 * 4) + (2 * Identity.Size) + text.Length + 8];
        var writer = new ByteWriter(bytes);
        writer.Raw("p2pm-e1 moved\0"u8);
        writer.Prefixed(author);
        writer.Prefixed(recipient);
        writer.Prefixed(text);
        writer.UInt64(counter);
        return bytes;
    }
}

/// <summary>What to do with a change of address.</summary>
public enum AddressChangeVerdict
{
    /// <summary>It is newer than the last one: take it.</summary>
    Accepted,

    /// <summary>It is not newer than the last one taken: nothing to do.</summary>
    Stale,

    /// <summary>The contact has not signed it, or not for us: refuse it.</summary>
    BadSignature,

    /// <summary>What it holds is no address: refuse it.</summary>
    BadAddress,
}
