using CsCheck;
using Messenger.Domain.Delivery;

namespace Messenger.Domain.Tests.Delivery;

public class DeliverySettingsTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(3, 20)]
    [InlineData(4, 40)]
    [InlineData(5, 60)]
    [InlineData(10, 60)]
    [InlineData(11, 300)]
    [InlineData(int.MaxValue, 300)]
    public void The_wait_doubles_to_the_ping_interval_and_grows_after_a_long_silence(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new DeliverySettings().Backoff(failures, 0.5));

    [Fact]
    public void The_wait_never_shrinks_and_stays_within_a_twentieth_of_its_bounds() =>
        Gen.Select(Gen.Int[1, 3600], Gen.Int[1, 3600], Gen.Int[1, 3600], Gen.Int[1, 100], Gen.Double[0, 1]).Sample((min, ping, max, failures, jitter) =>
        {
            var settings = new DeliverySettings
            {
                RetryMin = TimeSpan.FromSeconds(min),
                PingInterval = TimeSpan.FromSeconds(ping),
                RetryMax = TimeSpan.FromSeconds(Math.Max(max, ping)),
            };
            var wait = settings.Backoff(failures, jitter);
            Assert.InRange(wait, Min(settings.RetryMin, settings.PingInterval) * 0.949, settings.RetryMax * 1.051);
            Assert.True(settings.Backoff(failures + 1, jitter) >= wait);
        });

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
