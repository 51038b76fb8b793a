using System.Globalization;
using System.Text.RegularExpressions;

namespace Messenger.Node.Tests.Metrics;

/// <summary>What a scrape gave.</summary>
internal sealed partial class MetricPage(string text)
{
    private readonly Dictionary<string, double> _values = text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => line[0] != '#')
        .ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    public string Text => text;

    /// <summary>The families by name, with their type.</summary>
    public Dictionary<string, string> Families { get; } = Type().Matches(text).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    /// <summary>Every name that a query may ask for.</summary>
    public HashSet<string> Names =>
    [
        .. Families.SelectMany(family => family.Value == "histogram" ? (string[])[$"{family.Key}_bucket", $"{family.Key}_sum", $"{family.Key}_count"] : [family.Key]),
    ];

    /// <summary>The value of a series, as <c>name{tag="value"}</c>; 0 when there is none.</summary>
    public double this[string series] => _values.GetValueOrDefault(series);

    /// <summary>All lines of a family.</summary>
    public Dictionary<string, double> Of(string family) => _values
        .Where(value => Regex.IsMatch(value.Key, $"^{family}(_bucket|_sum|_count)?({{|$)"))
        .ToDictionary();

    [GeneratedRegex("^# TYPE ([a-z_]+) ([a-z]+)$", RegexOptions.Multiline)]
    private static partial Regex Type();
}
