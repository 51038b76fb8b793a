using System.Data.Common;
using Messenger.Actors.Ports;

namespace Messenger.Node.Cluster;

/// <summary>Takes in keys that another member has made, so that friends are shown the newest by each.</summary>
internal sealed class SharedKeys(IKeyring keyring, TimeProvider time, ILogger<SharedKeys> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Task.Run(keyring.Refresh, stoppingToken);
            }
            catch (DbException error)
            {
                logger.LogWarning(error, "The keys for sealed messages could not be read; it is tried again.");
            }
        }
    }
}
