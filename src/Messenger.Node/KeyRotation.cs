using System.Data.Common;
using Messenger.Actors.Sealing;

namespace Messenger.Node;

/// <summary>Turns the keyring every hour: new prekeys when they are due, old ones erased when their time is over.</summary>
internal sealed class KeyRotation(Keyring keyring, TimeProvider time, ILogger<KeyRotation> logger) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await keyring.TurnAsync(time.GetUtcNow(), stoppingToken);
            }
            catch (Exception error) when (error is IOException or DbException)
            {
                logger.LogWarning(error, "The keys for sealed messages could not be turned; it is tried again in an hour.");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
