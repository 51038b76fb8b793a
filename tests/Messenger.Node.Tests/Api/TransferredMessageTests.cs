using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;
using Messenger.Node.Api;

namespace Messenger.Node.Tests.Api;

public sealed class TransferredMessageTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_line_that_says_nothing_of_encryption_is_plaintext()
    {
        var line = TransferredMessage.Parse(
            """{"contact":"10.0.0.1:7450","direction":"out","at":"2026-01-01T11:00:00Z","timestamp":"2026-01-01T11:00:00Z","text":"Hello","state":"delivered","uuid":"0198c0a0-0000-7000-8000-000000000001"}""");

        var (contact, message) = line.ToImport(Friend, Now);

        Assert.Equal(new ContactId("friend"), contact);
        Assert.Equal("", message.Enctype);
    }

    [Fact]
    public void A_line_with_an_encryption_of_endless_name_is_refused()
    {
        var line = TransferredMessage.Parse(
            $$"""{"contact":"10.0.0.1:7450","direction":"out","at":"2026-01-01T11:00:00Z","timestamp":"2026-01-01T11:00:00Z","enctype":"{{new string('x', 101)}}","text":"Hello","state":"delivered","uuid":"0198c0a0-0000-7000-8000-000000000001"}""");

        Assert.Contains("enctype", Assert.Throws<FormatException>(() => line.ToImport(Friend, Now)).Message, StringComparison.Ordinal);
    }

    private static ContactProfile? Friend(Address address) => new() { Id = new("friend"), Addresses = [address], Standing = ContactStanding.Accepted };
}
