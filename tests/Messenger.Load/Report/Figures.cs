using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Messenger.Load.Report;

/// <summary>One figure.</summary>
/// <param name="Key">Its name in the JSON object.</param>
/// <param name="Label">Its name in the table.</param>
/// <param name="Value">What was measured.</param>
/// <param name="Unit">In what.</param>
/// <param name="Limit">The key of the physical limit that it is compared with; null when it has none.</param>
/// <param name="CpuMicros">Processor time of the nodes for each message, in microseconds; null when it was not measured.</param>
internal sealed record Figure(string Key, string Label, double Value, string Unit, string? Limit = null, double? CpuMicros = null);

/// <summary>Everything that was measured, in order.</summary>
internal sealed class Figures
{
    public const string PerSecond = "/s";
    public const string Milliseconds = "ms";
    public const string Seconds = "s";
    public const string Megabytes = "MiB";

    private readonly List<Figure> _all = [];

    public void Add(Figure figure) => _all.Add(figure);

    /// <summary>One object: each figure under its key, its ratio to its limit under <c>…Ratio</c>, its processor time under <c>…CpuMicros</c>.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var figure in _all)
        {
            json[figure.Key] = Rounded(figure.Value);
            if (RatioOf(figure) is { } ratio)
            {
                json[figure.Key + "Ratio"] = Rounded(ratio);
            }

            if (figure.CpuMicros is { } micros)
            {
                json[figure.Key + "CpuMicros"] = Rounded(micros);
            }
        }

        return json;
    }

    /// <summary>A row for each figure.</summary>
    public string ToTable()
    {
        string[][] rows =
        [
            ["what", "figure", "", "ratio", "to", "CPU µs each"],
            .. _all.Select(figure => (string[])
            [
                figure.Label,
                Text(figure.Value),
                figure.Unit,
                RatioOf(figure) is { } ratio ? ratio.ToString(ratio < 10 ? "0.000" : "0", CultureInfo.InvariantCulture) : "",
                RatioOf(figure) is null ? "" : figure.Limit!,
                figure.CpuMicros is { } micros ? Text(micros) : "",
            ]),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        var table = new StringBuilder();
        foreach (var row in rows)
        {
            // Words to the left, numbers to the right.
            var cells = row.Select((cell, column) => column is 0 or 2 or 4 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            table.AppendLine(string.Join("  ", cells).TrimEnd());
        }

        return table.ToString();
    }

    private static string Text(double value) => value.ToString(value >= 1_000 ? "#,0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    // Four digits: more would pretend to be known.
    private static double Rounded(double value) =>
        value == 0 ? 0 : Math.Round(value, Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 6));

    private double? RatioOf(Figure figure) => _all.Find(limit => limit.Key == figure.Limit) is { } of ? figure.Value / of.Value : null;
}
