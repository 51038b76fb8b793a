using System.Globalization;
using Messenger.Load.Report;

namespace Messenger.Load.Measurements;

/// <summary>What every measurement needs: the options, where its figures go, and when to stop.</summary>
internal sealed record Bench(LoadOptions Options, Figures Figures, CancellationToken Cancel)
{
    /// <summary>Takes a figure and tells it to whoever waits.</summary>
    public void Add(string key, string label, double value, string unit, string? limit = null, double? cpuMicros = null)
    {
        Figures.Add(new Figure(key, label, value, unit, limit, cpuMicros));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {label}: {value:#,0.00} {unit}"));
    }

    /// <summary>Says what is done now.</summary>
    public static void Say(string what) => Console.Error.WriteLine(what);

    /// <summary>Processor time for each message, in microseconds.</summary>
    public static double Micros(TimeSpan cpu, int messages) => cpu.TotalMicroseconds / messages;
}
