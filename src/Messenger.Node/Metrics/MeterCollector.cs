using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Messenger.Node.Metrics;

/// <summary>The values of up to three tags of a series, in the order in which their instrument gives them.</summary>
internal readonly record struct TagValues(object? First, object? Second, object? Third);

/// <summary>One series of an instrument: a sum, a last value, or a distribution.</summary>
/// <param name="tags">Its tags.</param>
/// <param name="bounds">Upper bounds of the buckets; empty for an instrument that is no histogram.</param>
internal sealed class MetricSeries(KeyValuePair<string, object?>[] tags, double[] bounds)
{
    private readonly Lock _gate = new();
    private readonly long[] _buckets = new long[bounds.Length];
    private double _value;
    private long _count;

    public IReadOnlyList<KeyValuePair<string, object?>> Tags => tags;

    public void Add(double value)
    {
        lock (_gate)
        {
            _value += value;
            _count++;
            for (var i = 0; i < bounds.Length; i++)
            {
                if (value <= bounds[i])
                {
                    _buckets[i]++;
                    break;
                }
            }
        }
    }

    public void Set(double value)
    {
        lock (_gate)
        {
            _value = value;
        }
    }

    /// <summary>The sum or last value, how often it was added to, and how many of these are in each bucket and not in one before.</summary>
    public (double Value, long Count, long[] Buckets) Read()
    {
        lock (_gate)
        {
            return (_value, _count, [.. _buckets]);
        }
    }
}

/// <summary>An instrument with everything that was measured by it.</summary>
internal sealed class CollectedInstrument(Instrument instrument)
{
    // The tags have few values; this is for the day on which one has not.
    private const int MaxSeries = 500;
    private static readonly TagValues TheRest = new("other", "other", "other");

    private readonly double[] _bounds = instrument is Histogram<double> histogram ? [.. histogram.Advice?.HistogramBucketBoundaries ?? []] : [];
    private readonly ConcurrentDictionary<TagValues, MetricSeries> _series = new();

    public Instrument Instrument => instrument;

    public IReadOnlyList<double> Bounds => _bounds;

    public bool IsHistogram => instrument is Histogram<double>;

    /// <summary>Whether its values only grow.</summary>
    public bool IsCounter => instrument is Counter<long> or ObservableCounter<long> or ObservableCounter<double>;

    public ICollection<MetricSeries> Series => _series.Values;

    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = Find(tags);
        if (instrument.IsObservable)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    /// <summary>Forgets values that are about to be given anew: one that is not known now must not stay.</summary>
    public void ForgetObserved()
    {
        if (instrument.IsObservable)
        {
            _series.Clear();
        }
    }

    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = new TagValues(Value(tags, 0), Value(tags, 1), Value(tags, 2));
        if (_series.TryGetValue(key, out var known))
        {
            return known;
        }

        var names = tags.ToArray();
        if (_series.Count >= MaxSeries)
        {
            key = TheRest;
            names = [.. names.Select(tag => KeyValuePair.Create(tag.Key, (object?)"other"))];
        }

        return _series.GetOrAdd(key, _ => new MetricSeries(names, _bounds));
    }

    private static object? Value(ReadOnlySpan<KeyValuePair<string, object?>> tags, int place) => place < tags.Length ? tags[place].Value : null;
}

/// <summary>Collects what the meter of the node and that of the runtime measure. Without one, a measurement costs a look at a flag.</summary>
internal sealed class MeterCollector : IDisposable
{
    private const string Runtime = "System.Runtime";

    private static readonly string[] RuntimeInstruments =
    [
        "dotnet.process.cpu.time", "dotnet.process.memory.working_set", "dotnet.gc.collections", "dotnet.gc.pause.time", "dotnet.gc.heap.total_allocated",
        "dotnet.gc.last_collection.memory.committed_size",
    ];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, CollectedInstrument> _instruments = new();
    private readonly Lock _gate = new();

    public MeterCollector(NodeMeter node)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == node.Meter || (instrument.Meter.Name == Runtime && RuntimeInstruments.Contains(instrument.Name)))
            {
                var collected = _instruments.GetOrAdd(instrument, key => new CollectedInstrument(key));
                listener.EnableMeasurementEvents(instrument, collected);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => ((CollectedInstrument)state!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => ((CollectedInstrument)state!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => ((CollectedInstrument)state!).Measure(value, tags));
        _listener.Start();
        node.Begin();
    }

    /// <summary>Everything so far, as a page for Prometheus.</summary>
    public string Write()
    {
        // Two who ask at once would forget each other's values.
        lock (_gate)
        {
            foreach (var instrument in _instruments.Values)
            {
                instrument.ForgetObserved();
            }

            _listener.RecordObservableInstruments();
            return PrometheusText.Write(_instruments.Values.OrderBy(one => one.Instrument.Name, StringComparer.Ordinal));
        }
    }

    public void Dispose() => _listener.Dispose();
}
