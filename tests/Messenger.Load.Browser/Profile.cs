namespace Messenger.Load.Browser;

/// <summary>On what a page is looked at.</summary>
/// <param name="Slowdown">How many times slower its processor is than this machine's.</param>
/// <param name="BytesPerSecond">What its network carries; null for as much as there is.</param>
/// <param name="LatencyMs">What its network adds to each exchange, in milliseconds.</param>
internal sealed record Profile(double Slowdown, double? BytesPerSecond = null, double LatencyMs = 0)
{
    /// <summary>This machine.</summary>
    public static readonly Profile Desktop = new(1);

    /// <summary>A modest processor, without any network between.</summary>
    public static readonly Profile Slow = new(4);

    /// <summary>A phone on a mobile network: 1.6 Mbit/s, 150 ms.</summary>
    public static readonly Profile Phone = new(4, 1.6e6 / 8, 150);
}
