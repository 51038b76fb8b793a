using Messenger.Load.Limits;
using Messenger.Load.Report;

namespace Messenger.Load.Measurements;

/// <summary>What this machine gives at best, in the same run as everything that is compared with it.</summary>
internal static class PhysicalLimits
{
    private const int HttpClients = 64;

    public static async Task MeasureAsync(Bench bench)
    {
        var each = bench.Options.Each;
        using (var commit = new GroupCommit())
        {
            foreach (var callers in new[] { 1, 16, 64 })
            {
                var (perSecond, latencies) = await commit.MeasureAsync(callers, each, bench.Cancel);
                bench.Add($"groupCommit{callers}", $"SQLite group commit, {callers} callers", perSecond, Figures.PerSecond);
                if (callers == 1)
                {
                    bench.Add("commitP50Ms", "SQLite single commit, p50", latencies.P50, Figures.Milliseconds);
                }
            }
        }

        using var http = await BareHttp.StartAsync(bench.Cancel);
        await http.PostAsync(HttpClients, each / 2, bench.Cancel);
        bench.Add("httpPost64", "bare Kestrel JSON POST, 64 connections", await http.PostAsync(HttpClients, each, bench.Cancel), Figures.PerSecond);
        bench.Add("httpClient64", "HttpClient to Kestrel, 64 connections", await http.RoundTripsAsync(HttpClients, each, bench.Cancel), Figures.PerSecond);
    }
}
