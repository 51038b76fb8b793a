using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Messenger.Node.Tests.Metrics;

/// <summary>The files with which Prometheus and Grafana watch a node ask for nothing that a node does not tell.</summary>
public sealed partial class ObserveFilesTests
{
    private static readonly string Folder = typeof(ObserveFilesTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "ObserveFiles").Value!;

    // Of Prometheus itself and of its language.
    private static readonly string[] NotOurs = ["up"];

    [Fact]
    public async Task The_queries_of_the_dashboard_and_of_the_alerts_name_metrics_that_are_there()
    {
        await using var node = await RunningNode.StartAsync("Anna");
        var page = await node.MetricsAsync();
        var dashboard = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(Path.Combine(Folder, "grafana/dashboards/messenger.json")));
        var queries = dashboard.GetProperty("panels").EnumerateArray()
            .Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray().Select(target => target.GetProperty("expr").GetString()!))
            .ToList();
        queries.AddRange(dashboard.GetProperty("templating").GetProperty("list").EnumerateArray().Select(variable => variable.GetProperty("definition").GetString()!));
        queries.AddRange(Expression().Matches(await File.ReadAllTextAsync(Path.Combine(Folder, "alerts.yml"))).Select(match => match.Groups[1].Value));

        var asked = queries.SelectMany(query => Name().Matches(query).Select(match => match.Value)).Distinct().Except(NotOurs).ToList();

        Assert.NotEmpty(asked);
        Assert.Empty(asked.Except(page.Names));

        // And the other way round: what a node tells is worth looking at.
        var unseen = page.Families.Keys.Where(family => family.StartsWith("messenger_", StringComparison.Ordinal)
            && !asked.Any(name => Regex.IsMatch(name, $"^{family}(_bucket|_sum|_count)?$")));
        Assert.Equal([], unseen);
    }

    [Fact]
    public async Task Panels_have_numbers_of_their_own_and_do_not_lie_on_each_other()
    {
        var panels = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(Path.Combine(Folder, "grafana/dashboards/messenger.json"))).GetProperty("panels").EnumerateArray().ToList();

        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        var cells = panels.Select(panel => panel.GetProperty("gridPos")).SelectMany(at =>
            from x in Enumerable.Range(at.GetProperty("x").GetInt32(), at.GetProperty("w").GetInt32())
            from y in Enumerable.Range(at.GetProperty("y").GetInt32(), at.GetProperty("h").GetInt32())
            select (x, y)).ToList();
        Assert.Equal(cells.Count, cells.Distinct().Count());
        Assert.All(cells, cell => Assert.InRange(cell.x, 0, 23));
    }

    [SkippableFact]
    public async Task Prometheus_understands_its_configuration_and_the_alerts()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["anna", "boris", "clara", "relay"])
        {
            await File.WriteAllTextAsync(folder.File(name), "a token");
        }

        var configuration = await File.ReadAllTextAsync(Path.Combine(Folder, "prometheus.yml"));
        await File.WriteAllTextAsync(folder.File("prometheus.yml"), configuration.Replace("/tokens/", folder.Path + "/", StringComparison.Ordinal));
        File.Copy(Path.Combine(Folder, "alerts.yml"), folder.File("alerts.yml"));

        await PromtoolAsync(null, "check", "config", folder.File("prometheus.yml"));
        await PromtoolAsync(null, "check", "rules", folder.File("alerts.yml"));
    }

    [SkippableFact]
    public async Task Prometheus_finds_nothing_to_blame_in_the_metrics()
    {
        await using var node = await RunningNode.StartAsync("Anna");

        await PromtoolAsync((await node.MetricsAsync()).Text, "check", "metrics");
    }

    private static async Task PromtoolAsync(string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo("promtool", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Skip.If(true, "This test needs the tool `promtool` (package prometheus).");
            return;
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"promtool {string.Join(' ', arguments)}: {await output}{await error}");
        }
    }

    [GeneratedRegex("^ *expr: (.*)$", RegexOptions.Multiline)]
    private static partial Regex Expression();

    // Every metric of a node begins with one of these words, and no label does.
    [GeneratedRegex(@"\b(messenger|dotnet)_[a-z_]+\b|\bup\b")]
    private static partial Regex Name();
}
