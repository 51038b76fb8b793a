using System.Collections.Immutable;
using CsCheck;
using Messenger.Domain.Addressing;
using Messenger.Domain.Contacts;
using Messenger.Domain.Roster;

namespace Messenger.Domain.Tests.Roster;

public sealed class ContactDirectoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly ImmutableArray<Address> Names = [.. Enumerable.Range(1, 5).Select(i => Address.Parse($"192.0.2.{i}"))];
    private static readonly ImmutableArray<string> Passwords = ["one", "two", "three"];
    private static readonly ImmutableArray<ContactId> Ids = [.. Enumerable.Range(0, 6).Select(i => new ContactId($"c{i}"))];

    private static readonly Gen<(ContactId Id, ContactProfile? Profile)> Change =
        from id in Gen.Int[0, Ids.Length - 1].Select(i => Ids[i])
        from gone in Gen.Int[0, 4]
        from standing in Gen.Enum<ContactStanding>()
        from addresses in Gen.Int[0, Names.Length - 1].Select(i => Names[i]).Array[1, 2]
        from aliases in Gen.Int[0, Names.Length - 1].Select(i => Names[i]).Array[0, 2]
        from theirs in Gen.Int[-1, Passwords.Length - 1]
        from issued in Gen.Int[-1, 2]
        from added in Gen.Int[0, 3]
        select (id, gone == 0 ? null : new ContactProfile
        {
            Id = id,
            Standing = standing,
            Addresses = [.. addresses.Distinct()],
            Aliases = [.. aliases.Distinct()],
            TheirKey = theirs < 0 ? null : Passwords[theirs],
            IssuedKey = issued < 0 ? null : $"{issued} for {id}",
            AddedAt = Start.AddSeconds(added),
        });

    [Fact]
    public void A_picture_after_changes_is_the_picture_made_anew() => Change.Array[0, 5].Array[0, 8].Sample(rounds =>
    {
        var rows = new Dictionary<ContactId, ContactProfile>();
        var directory = new ContactDirectory([], Hash);
        foreach (var round in rounds)
        {
            foreach (var (id, profile) in round)
            {
                rows.Remove(id);
                if (profile is not null)
                {
                    rows.Add(id, profile);
                }
            }

            directory = directory.With(round);
            AssertSame(new ContactDirectory(rows.Values, Hash), directory);
        }
    });

    [Fact]
    public void The_picture_before_stays_as_it_was()
    {
        var before = new ContactDirectory([Friend("c0", ContactStanding.Accepted, 0)], Hash);

        var after = before.With([(Ids[0], null), (Ids[1], Friend("c1", ContactStanding.Accepted, 0))]);

        Assert.Equal((Ids[0], Ids[1]), (Assert.Single(before.All).Id, Assert.Single(after.All).Id));
        Assert.Equal((Ids[0], Ids[1]), (before.ByAddress(Names[0])!.Id, after.ByAddress(Names[0])!.Id));
    }

    [Fact]
    public void Who_is_dialed_at_an_address_goes_before_who_calls_itself_so_and_that_one_before_who_only_asked()
    {
        var asked = Friend("c0", ContactStanding.Pending, 0);
        var alias = Friend("c1", ContactStanding.Accepted, 1) with { Addresses = [Names[1]], Aliases = [Names[0]] };
        var dialed = Friend("c2", ContactStanding.Requested, 2);
        var directory = new ContactDirectory([asked, alias, dialed], Hash);

        Assert.Equal(dialed.Id, directory.ByAddress(Names[0])?.Id);
        Assert.Equal(dialed.Id, directory.DialedAt(Names[0])?.Id);
        directory = directory.With([(dialed.Id, null)]);
        Assert.Equal(alias.Id, directory.ByAddress(Names[0])?.Id);
        Assert.Null(directory.DialedAt(Names[0]));
        directory = directory.With([(alias.Id, null)]);
        Assert.Equal(asked.Id, directory.ByAddress(Names[0])?.Id);
        Assert.Null(directory.With([(asked.Id, null)]).ByAddress(Names[0]));
    }

    [Fact]
    public void Rows_are_shown_the_oldest_first_and_so_found_by_a_password_that_several_use()
    {
        var (young, old) = (Friend("c0", ContactStanding.Accepted, 9) with { TheirKey = "same" }, Friend("c1", ContactStanding.Accepted, 1) with { TheirKey = "same" });
        var directory = new ContactDirectory([young], Hash).With([(old.Id, old)]);

        Assert.Equal([old.Id, young.Id], directory.All.Select(row => row.Id));
        Assert.Equal([old.Id, young.Id], directory.ByTheirKeyHash(Hash("same")).Select(row => row.Id));
        Assert.Equal(2, directory.Count);
    }

    private static string Hash(string key) => $"hash of {key}";

    private static ContactProfile Friend(string id, ContactStanding standing, int age) =>
        new() { Id = new ContactId(id), Addresses = [Names[0]], Standing = standing, AddedAt = Start.AddSeconds(age) };

    private static void AssertSame(ContactDirectory expected, ContactDirectory directory)
    {
        Assert.Equal(expected.All.Select(row => row.Id), directory.All.Select(row => row.Id));
        Assert.Equal(expected.Count, directory.Count);
        Assert.All(Ids, id => Assert.Same(expected.ById(id), directory.ById(id)));
        Assert.All(Names, name => Assert.Same(expected.ByAddress(name), directory.ByAddress(name)));
        Assert.All(Names, name => Assert.Same(expected.DialedAt(name), directory.DialedAt(name)));
        Assert.All(Passwords, key => Assert.Equal(expected.ByTheirKeyHash(Hash(key)).Select(row => row.Id), directory.ByTheirKeyHash(Hash(key)).Select(row => row.Id)));
        Assert.All(
            from id in Ids from number in Enumerable.Range(0, 3) select Hash($"{number} for {id}"),
            hash => Assert.Same(expected.ByIssuedKeyHash(hash), directory.ByIssuedKeyHash(hash)));
    }
}
