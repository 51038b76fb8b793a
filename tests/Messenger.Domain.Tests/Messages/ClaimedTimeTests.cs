using System.Globalization;
using CsCheck;
using Messenger.Domain.Messages;

namespace Messenger.Domain.Tests.Messages;

public class ClaimedTimeTests
{
    [Theory]
    [InlineData("1700000000", "2023-11-14T22:13:20.0000000Z")]
    [InlineData("1700000000.123456", "2023-11-14T22:13:20.1234560Z")]
    [InlineData("1700000000.1234567899", "2023-11-14T22:13:20.1234567Z")]
    [InlineData("1700000000123", "2023-11-14T22:13:20.1230000Z")]
    [InlineData("1700000000123.5", "2023-11-14T22:13:20.1235000Z")]
    [InlineData("1.7e9", "2023-11-14T22:13:20.0000000Z")]
    [InlineData("1.7E+12", "2023-11-14T22:13:20.0000000Z")]
    [InlineData(" 1700000000 ", "2023-11-14T22:13:20.0000000Z")]
    [InlineData("99999999999", "5138-11-16T09:46:39.0000000Z")]
    [InlineData("100000000000", "1973-03-03T09:46:40.0000000Z")]
    [InlineData("253402300799999", "9999-12-31T23:59:59.9990000Z")]
    [InlineData("2023-11-14T22:13:20Z", "2023-11-14T22:13:20.0000000Z")]
    [InlineData("2023-11-14T22:13:20", "2023-11-14T22:13:20.0000000Z")]
    [InlineData("2023-11-14 22:13:20", "2023-11-14T22:13:20.0000000Z")]
    [InlineData("2023-11-15T01:13:20+03:00", "2023-11-14T22:13:20.0000000Z")]
    [InlineData("2023-11-15T01:13:20+0300", "2023-11-14T22:13:20.0000000Z")]
    [InlineData("2023-11-14T22:13:20.5Z", "2023-11-14T22:13:20.5000000Z")]
    [InlineData("2023-11-14T22:13:20.123456789Z", "2023-11-14T22:13:20.1234567Z")]
    [InlineData("2023-11-14T22:13:20.123456789-01:00", "2023-11-14T23:13:20.1234567Z")]
    [InlineData("2023-11-14T22:13Z", "2023-11-14T22:13:00.0000000Z")]
    [InlineData("20231114T221320Z", "2023-11-14T22:13:20.0000000Z")]
    [InlineData("2023-11-14", "2023-11-14T00:00:00.0000000Z")]
    public void Unix_and_iso_times_are_understood(string text, string utc)
    {
        var time = ClaimedTime.Parse(text);
        Assert.NotNull(time);
        Assert.Equal(TimeSpan.Zero, time.Value.Offset);
        Assert.Equal(utc, time.Value.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("время")]
    [InlineData("yesterday")]
    [InlineData("0")]
    [InlineData("-1700000000")]
    [InlineData("NaN")]
    [InlineData("1e999")]
    [InlineData("1e28")]
    [InlineData("99999999999999999999999999999999999999999")]
    [InlineData("253402300800000")]
    [InlineData("1,700,000,000")]
    [InlineData("0x65532eb0")]
    [InlineData("2023-13-14T22:13:20Z")]
    [InlineData("1969-12-31T23:59:59Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59-14:00")]
    [InlineData("14.11.2023")]
    [InlineData("0000000000000000000000000000000000000000000000000000001700000000000")]
    public void Rubbish_is_no_time(string text) => Assert.Null(ClaimedTime.Parse(text));

    [Fact]
    public void No_text_throws()
    {
        var hostile = Gen.Char["0123456789.eE+-:TZ /"].Array[0, 40].Select(chars => new string(chars));
        Gen.OneOf(hostile, Gen.String).Sample(text =>
            ClaimedTime.Parse(text) is not { } time || (time > DateTimeOffset.UnixEpoch && time.Offset == TimeSpan.Zero));
    }

    [Theory]
    [InlineData(0, "0.000000")]
    [InlineData(1, "0.000001")]
    [InlineData(1_700_000_000_000_000, "1700000000.000000")]
    [InlineData(1_700_000_000_123_456, "1700000000.123456")]
    public void We_write_seconds_with_six_decimals(long microseconds, string text) =>
        Assert.Equal(text, ClaimedTime.Format(microseconds));

    [Fact]
    public void What_we_write_is_read_back_exactly() =>
        Gen.Long[1, 99_999_999_999_000_000].Sample(microseconds =>
            ClaimedTime.ToMicroseconds(ClaimedTime.Parse(ClaimedTime.Format(microseconds))!.Value) == microseconds);

    [Fact]
    public void Our_timestamps_rise_even_when_the_clock_steps_back()
    {
        var steps = Gen.Long[-5_000_000, 5_000_000].Array[1, 50];
        steps.Sample(moves =>
        {
            var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
            long last = 0;
            foreach (var move in moves)
            {
                now = now.AddMicroseconds(move);
                var next = ClaimedTime.NextTimestamp(last, now);
                if (next <= last || next < ClaimedTime.ToMicroseconds(now))
                {
                    return false;
                }

                last = next;
            }

            return true;
        });
    }

    [Fact]
    public void The_present_is_taken_when_it_is_later()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123).ToOffset(TimeSpan.FromHours(3));
        Assert.Equal(1_700_000_000_123_000, ClaimedTime.NextTimestamp(5, now));
        Assert.Equal(1_700_000_000_123_001, ClaimedTime.NextTimestamp(1_700_000_000_123_000, now));
    }
}
