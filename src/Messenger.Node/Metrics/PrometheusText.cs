using System.Globalization;
using System.Text;

namespace Messenger.Node.Metrics;

/// <summary>
/// The text format of Prometheus (its documentation, "Exposition formats", version 0.0.4), with the names that OpenTelemetry gives:
/// the unit in words, then <c>_total</c> for what only grows.
/// </summary>
internal static class PrometheusText
{
    /// <summary>The media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes all series of instruments.</summary>
    public static string Write(IEnumerable<CollectedInstrument> instruments)
    {
        var page = new StringBuilder();
        foreach (var instrument in instruments)
        {
            var name = NameOf(instrument);
            page.Append("# HELP ").Append(name).Append(' ').Append(Escaped(instrument.Instrument.Description ?? "", quotes: false)).Append('\n');
            page.Append("# TYPE ").Append(name).Append(instrument.IsHistogram ? " histogram" : instrument.IsCounter ? " counter" : " gauge").Append('\n');
            foreach (var series in instrument.Series)
            {
                if (instrument.IsHistogram)
                {
                    WriteHistogram(page, name, instrument, series);
                }
                else
                {
                    WriteLine(page, name, series, null, series.Read().Value);
                }
            }
        }

        return page.ToString();
    }

    /// <summary>The name of an instrument in Prometheus.</summary>
    public static string NameOf(CollectedInstrument instrument)
    {
        var unit = instrument.Instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        var name = instrument.Instrument.Name.Replace('.', '_') + unit;
        return instrument.IsCounter ? name + "_total" : name;
    }

    private static void WriteHistogram(StringBuilder page, string name, CollectedInstrument instrument, MetricSeries series)
    {
        var (sum, count, buckets) = series.Read();
        var below = 0L;
        for (var i = 0; i < buckets.Length; i++)
        {
            below += buckets[i];
            WriteLine(page, name + "_bucket", series, Number(instrument.Bounds[i]), below);
        }

        WriteLine(page, name + "_bucket", series, "+Inf", count);
        WriteLine(page, name + "_sum", series, null, sum);
        WriteLine(page, name + "_count", series, null, count);
    }

    private static void WriteLine(StringBuilder page, string name, MetricSeries series, string? bound, double value)
    {
        page.Append(name);
        var separator = '{';
        foreach (var (tag, given) in series.Tags)
        {
            WriteTag(tag.Replace('.', '_'), Convert.ToString(given, CultureInfo.InvariantCulture) ?? "");
        }

        if (bound is not null)
        {
            WriteTag("le", bound);
        }

        page.Append(separator == ',' ? "} " : " ").Append(Number(value)).Append('\n');

        void WriteTag(string tag, string text)
        {
            page.Append(separator).Append(tag).Append("=\"").Append(Escaped(text, quotes: true)).Append('"');
            separator = ',';
        }
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Escaped(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
