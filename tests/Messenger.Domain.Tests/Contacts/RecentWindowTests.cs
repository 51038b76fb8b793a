using CsCheck;
using Messenger.Domain.Contacts;

namespace Messenger.Domain.Tests.Contacts;

public class RecentWindowTests
{
    private const int Capacity = RecentWindow<int, string>.Capacity;

    [Fact]
    public void The_newest_keys_are_found_and_the_last_one_dropped_is_told() =>
        Gen.Int[0, Capacity * 3].Sample(
            count =>
            {
                var window = Filled(count);
                for (var key = 1; key <= count; key++)
                {
                    var found = window.TryFind(key, out var number, out var value);
                    Assert.Equal(key > count - Capacity, found);
                    Assert.True(!found || (number == key * 10 && value == $"v{key}"));
                }

                Assert.Equal(Math.Max(0, count - Capacity) * 10, window.ForgottenNumber);
                Assert.Equal(Enumerable.Range(1, count).TakeLast(Capacity), window.Entries.Select(e => e.Key));
            },
            iter: 20);

    [Fact]
    public void A_dropped_key_is_handed_back_with_its_value()
    {
        Filled(Capacity - 1).Add(Capacity, Capacity * 10, "", out var none);
        Filled(Capacity).Add(Capacity + 1, (Capacity + 1) * 10, "", out var dropped);
        Assert.Null(none);
        Assert.Equal((1, "v1"), dropped);
    }

    private static RecentWindow<int, string> Filled(int count) =>
        Enumerable.Range(1, count).Aggregate(RecentWindow<int, string>.Empty, (w, key) => w.Add(key, key * 10, $"v{key}", out _));
}
