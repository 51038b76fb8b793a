namespace Messenger.Load.Clients;

/// <summary>A number of times, in milliseconds.</summary>
internal sealed class Latencies
{
    private readonly double[] _sorted;

    public Latencies(IEnumerable<double> milliseconds) => _sorted = [.. milliseconds.Order()];

    public double P50 => At(0.50);

    public double P99 => At(0.99);

    public double Max => At(1);

    private double At(double share) => _sorted.Length == 0 ? double.NaN : _sorted[Math.Min(_sorted.Length - 1, (int)(_sorted.Length * share))];
}
