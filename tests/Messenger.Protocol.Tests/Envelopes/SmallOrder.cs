using System.Numerics;

namespace Messenger.Protocol.Tests.Envelopes;

/// <summary>
/// Finds the points of small order of Curve25519, its twist and edwards25519: any point times the large prime in the order of its group.
/// </summary>
internal static class SmallOrder
{
    private static readonly BigInteger P = (BigInteger.One << 255) - 19;
    private static readonly BigInteger A = 486662;

    /// <summary>The prime order of the base point. The curve has 8 L points.</summary>
    public static readonly BigInteger L = (BigInteger.One << 252) + BigInteger.Parse("27742317777372353535851937790883648493");

    // Curve and twist have 2 p + 2 points together; the twist's number is four times a prime.
    private static readonly BigInteger TwistL = ((2 * P) + 2 - (8 * L)) / 4;

    /// <summary>The u-coordinates, each in its one spelling.</summary>
    public static byte[][] MontgomeryKeys { get; } = [.. Find().Select(Bytes)];

    /// <summary>Numbers of p and more, and with the highest bit set, of which RFC 7748 reads some as the above.</summary>
    public static byte[][] NonCanonicalMontgomeryKeys { get; } =
    [
        .. Enumerable.Range(0, 19).Select(i => Bytes(P + i)),
        .. MontgomeryKeys.Select(key => (byte[])[.. key[..31], (byte)(key[31] | 0x80)]),
    ];

    /// <summary>The same points on edwards25519, y = (u - 1) / (u + 1), with both signs and in every spelling of 255 bits.</summary>
    public static byte[][] EdwardsKeys { get; } =
    [
        .. Find()
            .Select(u => u == P - 1 ? BigInteger.One : Mod((u - 1) * Inverse(u + 1)))
            .Distinct()
            .SelectMany(y => y < 19 ? [y, y + P] : (BigInteger[])[y])
            .Select(Bytes)
            .SelectMany(y => (byte[][])[y, [.. y[..31], (byte)(y[31] | 0x80)]]),
    ];

    /// <summary>32 bytes, little-endian.</summary>
    public static byte[] Bytes(BigInteger number)
    {
        var bytes = new byte[32];
        number.ToByteArray(isUnsigned: true).CopyTo(bytes, 0);
        return bytes;
    }

    private static BigInteger[] Find()
    {
        var found = new HashSet<BigInteger>();
        for (BigInteger u = 2; u < 200; u++)
        {
            found.Add(Times(u, L));
            found.Add(Times(u, TwistL));
        }

        return [.. found.Where(u => Times(u, 8).IsZero)];
    }

    // The ladder of RFC 7748 without its clamping. Infinity, like the point (0, 0), comes out as 0.
    private static BigInteger Times(BigInteger u, BigInteger scalar)
    {
        BigInteger x2 = 1, z2 = 0, x3 = u, z3 = 1;
        for (var bit = (int)scalar.GetBitLength() - 1; bit >= 0; bit--)
        {
            var swap = !((scalar >> bit) & 1).IsZero;
            (x2, z2, x3, z3) = swap ? (x3, z3, x2, z2) : (x2, z2, x3, z3);
            var (a, b) = (x2 + z2, x2 - z2);
            var (aa, bb) = (Mod(a * a), Mod(b * b));
            var (da, cb) = (Mod((x3 - z3) * a), Mod((x3 + z3) * b));
            var e = aa - bb;
            (x3, z3) = (Mod((da + cb) * (da + cb)), Mod(u * (da - cb) * (da - cb)));
            (x2, z2) = (Mod(aa * bb), Mod(e * (aa + ((A - 2) / 4 * e))));
            (x2, z2, x3, z3) = swap ? (x3, z3, x2, z2) : (x2, z2, x3, z3);
        }

        return Mod(x2 * Inverse(z2));
    }

    private static BigInteger Inverse(BigInteger number) => BigInteger.ModPow(Mod(number), P - 2, P);

    private static BigInteger Mod(BigInteger number) => ((number % P) + P) % P;
}
