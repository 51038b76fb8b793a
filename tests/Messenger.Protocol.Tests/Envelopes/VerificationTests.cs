using System.Numerics;
using System.Security.Cryptography;
using CsCheck;
using Messenger.Protocol.Envelopes;
using static Messenger.Protocol.Tests.Envelopes.Person;

namespace Messenger.Protocol.Tests.Envelopes;

public class VerificationTests
{
    [Fact]
    public void The_safety_number_is_that_of_the_README()
    {
        byte[][] keys = [SecondImplementation.IdentityOf(Anna.Seed), SecondImplementation.IdentityOf(Boris.Seed)];
        var ordered = keys.OrderBy(Convert.ToHexString, StringComparer.Ordinal).ToArray();
        var hash = SHA512.HashData([.. SecondImplementation.Ascii("p2pm-sn\0"), .. ordered[0], .. ordered[1]]);
        var groups = hash.Chunk(5).Take(12).Select(bytes => $"{new BigInteger(bytes, isUnsigned: true, isBigEndian: true) % 100_000:D5}");

        Assert.Equal(string.Join(' ', groups), Verification.SafetyNumber(Anna.Identity, Boris.Identity));
        Assert.Equal("72837 59728 24750 56585 36852 72158 45573 95817 11869 96666 55177 86403", Verification.SafetyNumber(Anna.Identity, Boris.Identity));
    }

    [Fact]
    public void The_safety_number_is_equal_on_both_sides_and_has_60_digits() =>
        Gen.Byte.Array[32].Select(Gen.Byte.Array[32]).Sample((a, b) =>
        {
            using var one = IdentityKey.Import(a);
            using var other = IdentityKey.Import(b);
            var number = Verification.SafetyNumber(one.Identity, other.Identity);
            return number == Verification.SafetyNumber(other.Identity, one.Identity)
                && number.Count(char.IsAsciiDigit) == 60
                && number.Split(' ').All(group => group.Length == 5);
        });

    [Fact]
    public void The_safety_number_changes_with_either_side()
    {
        var number = Verification.SafetyNumber(Anna.Identity, Boris.Identity);
        Assert.NotEqual(number, Verification.SafetyNumber(Anna.Identity, Clara.Identity));
        Assert.NotEqual(number, Verification.SafetyNumber(Clara.Identity, Boris.Identity));
    }

    [Fact]
    public void The_fingerprint_is_that_of_the_README()
    {
        var hash = SHA256.HashData([.. SecondImplementation.Ascii("p2pm-fp\0"), .. SecondImplementation.IdentityOf(Anna.Seed)]);
        var fingerprint = Verification.Fingerprint(Anna.Identity);
        Assert.Equal(Convert.ToHexString(hash)[..40], fingerprint.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("0E34 9BC7 176B D2A2 57DB AEBF B9FD 29E8 8C7B D2CF", fingerprint);
    }
}
