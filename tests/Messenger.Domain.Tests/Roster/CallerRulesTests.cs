using System.Collections.Immutable;
using System.Net;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;

namespace Messenger.Domain.Tests.Roster;

public sealed class CallerRulesTests
{
    private static readonly ContactProfile Anna = Profile("anna", "192.0.2.1", ContactStanding.Accepted, "issued-anna", "password");
    private static readonly ContactProfile Boris = Profile("boris", "192.0.2.2", ContactStanding.Accepted, "issued-boris", "password");
    private static readonly ContactProfile Clara = Profile("clara", "clara.example", ContactStanding.Accepted, "issued-clara", "claras");
    private static readonly ContactProfile Dora = Profile("dora", "192.0.2.4", ContactStanding.Requested, "issued-dora", null);
    private static readonly ContactProfile Egon = Profile("egon", "192.0.2.5", ContactStanding.Blocked, "issued-egon", "egons");
    private static readonly ContactProfile Fritz = Profile("fritz", "192.0.2.6", ContactStanding.Pending, null, "fritzs");
    private static readonly ContactProfile Twin = Profile("twin", "192.0.2.1:8000", ContactStanding.Accepted, "issued-twin", "twins");
    private static readonly ContactDirectory Directory = new([Anna, Boris, Clara, Dora, Egon, Fritz, Twin], key => "#" + key);

    [Theory]
    [InlineData("issued-anna", null, "198.51.100.9", "anna", false)]
    [InlineData("issued-anna", "192.0.2.2", "192.0.2.2", "anna", false)]
    [InlineData("issued-dora", null, "192.0.2.4", "dora", false)]
    [InlineData("issued-egon", "192.0.2.5", "192.0.2.5", null, false)]
    [InlineData("password", "192.0.2.1", "192.0.2.1", "anna", true)]
    [InlineData("password", null, "192.0.2.2", "boris", true)]
    [InlineData("password", "192.0.2.1", "192.0.2.2", "boris", true)]
    [InlineData("password", "192.0.2.1", "198.51.100.9", null, false)]
    [InlineData("claras", null, "198.51.100.7", "clara", true)]
    [InlineData("claras", null, "198.51.100.8", null, false)]
    [InlineData("egons", "192.0.2.5", "192.0.2.5", null, false)]
    [InlineData("fritzs", "192.0.2.6", "192.0.2.6", null, false)]
    [InlineData("wrong", "192.0.2.1", "192.0.2.1", null, false)]
    [InlineData("", "192.0.2.1", "192.0.2.1", null, false)]
    public void The_key_names_the_caller(string key, string? from, string source, string? caller, bool weak)
    {
        ImmutableHashSet<string> names = source == "198.51.100.7" ? ["clara.example"] : [];
        var found = CallerRules.Identify(Directory, new PresentedKey(key, "#" + key, from is null ? null : Address.Parse(from), IPAddress.Parse(source), names));
        Assert.Equal(caller, found?.Contact.Id.Value);
        Assert.Equal(weak, found?.ByWeakKey ?? false);
    }

    [Fact]
    public void Names_are_resolved_only_for_a_key_that_a_contact_dialed_by_name_gave_us()
    {
        Assert.Equal("clara.example", Assert.Single(CallerRules.NamesToResolve(Directory, "#claras")));
        Assert.Empty(CallerRules.NamesToResolve(Directory, "#password"));
        Assert.Empty(CallerRules.NamesToResolve(Directory, "#issued-clara"));
        Assert.Empty(CallerRules.NamesToResolve(Directory, "#unknown"));
    }

    [Fact]
    public void A_hash_alone_is_no_key() =>
        Assert.Null(CallerRules.Identify(Directory, new PresentedKey("other", "#issued-anna", null, IPAddress.Parse("192.0.2.1"), [])));

    private static ContactProfile Profile(string id, string address, ContactStanding standing, string? issued, string? theirs) => new()
    {
        Id = new ContactId(id),
        Addresses = [Address.Parse(address)],
        Standing = standing,
        IssuedKey = issued,
        TheirKey = theirs,
    };
}
