using System.Buffers.Text;
using Messenger.Domain.Addressing;
using Messenger.Protocol.Envelopes;
using static Messenger.Protocol.Tests.Envelopes.Person;

namespace Messenger.Protocol.Tests.Envelopes;

public class AddressChangeTests
{
    private static readonly AddressChange Change = AddressChange.Sign(Anna.Key, Boris.Identity, Address.Parse("[FC00::1]:8000"), 5);

    [Fact]
    public void The_bytes_that_are_signed_are_those_of_the_README()
    {
        byte[] signed =
        [
            .. SecondImplementation.Ascii("p2pm-e1 moved\0"),
            .. SecondImplementation.Lp(SecondImplementation.IdentityOf(Anna.Seed)),
            .. SecondImplementation.Lp(SecondImplementation.IdentityOf(Boris.Seed)),
            .. SecondImplementation.Lp(SecondImplementation.Ascii("[fc00::1]:8000")),
            .. SecondImplementation.U64(5),
        ];
        Assert.Equal("[fc00::1]:8000", Change.Address);
        Assert.Equal(Base64Url.EncodeToString(SecondImplementation.Sign(Anna.Seed, signed)), Change.Signature);
        Assert.Equal("ivJOqqgo98_GOzgDfHURU0nZdYhyJhGaohw_eGNg642Q8TK3_dwwkIS_bpL0NAMXwtmHAjg4i31g8utmuwJoBQ", Change.Signature);
    }

    [Fact]
    public void Only_a_greater_counter_is_accepted()
    {
        Assert.Equal(AddressChangeVerdict.Accepted, Change.Judge(Anna.Identity, Boris.Identity, 4));
        Assert.Equal(AddressChangeVerdict.Stale, Change.Judge(Anna.Identity, Boris.Identity, 5));
        Assert.Equal(AddressChangeVerdict.Stale, Change.Judge(Anna.Identity, Boris.Identity, 6));
    }

    [Fact]
    public void It_counts_for_its_author_and_recipient_only()
    {
        Assert.Equal(AddressChangeVerdict.BadSignature, Change.Judge(Anna.Identity, Clara.Identity, 0));
        Assert.Equal(AddressChangeVerdict.BadSignature, Change.Judge(Clara.Identity, Boris.Identity, 0));
        Assert.Equal(AddressChangeVerdict.BadSignature, Change.Judge(Boris.Identity, Anna.Identity, 0));
    }

    [Fact]
    public void What_was_altered_is_refused()
    {
        Assert.Equal(AddressChangeVerdict.BadSignature, Judge(Change with { Address = "[fc00::2]:8000" }));
        Assert.Equal(AddressChangeVerdict.BadSignature, Judge(Change with { Address = "[FC00::1]:8000" }));
        Assert.Equal(AddressChangeVerdict.BadSignature, Judge(Change with { Counter = 6 }));
        Assert.Equal(AddressChangeVerdict.BadSignature, Judge(Change with { Counter = -5 }));
        Assert.Equal(AddressChangeVerdict.BadSignature, Judge(Change with { Signature = Change.Signature[..^1] }));
        Assert.Equal(AddressChangeVerdict.BadSignature, Judge(Change with { Signature = null! }));
        Assert.Equal(AddressChangeVerdict.BadAddress, Judge(Change with { Address = "127.1" }));
        Assert.Equal(AddressChangeVerdict.BadAddress, Judge(Change with { Address = null! }));
        Assert.Equal(AddressChangeVerdict.BadAddress, Judge(Change with { Address = new string('a', 100_000) }));
    }

    private static AddressChangeVerdict Judge(AddressChange change) => change.Judge(Anna.Identity, Boris.Identity, 0);
}
