using System.Data.Common;
using Akka.Actor;
using Akka.Hosting;
using Messenger.Actors;
using Messenger.Actors.Contacts;
using Messenger.Actors.Ports;
using Messenger.Actors.Roster;
using Messenger.Domain.Contacts;
using Messenger.Node.Data;

namespace Messenger.Node;

/// <summary>Erases once a day, and when the limit was changed, what is older than the owner wants to keep.</summary>
internal sealed class RetentionSweep(
    RetentionSetting setting, IRequiredActor<ContactRegionKey> contacts, RosterBoard board, IMessageHistory history, TimeProvider time, ILogger<RetentionSweep> logger)
    : BackgroundService
{
    /// <summary>Time between two sweeps: limits are in days.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromDays(1);

    /// <summary>Time from the start to the first sweep: whoever waits for the node to start comes first.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    private const int AtOnce = 500;

    // Erasing goes through files; what takes longer goes on by itself, and the rest has time until the next sweep.
    private static readonly TimeSpan EraseTimeout = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var changed = setting.ChangedAsync(stoppingToken);
        var wait = Settling;
        while (true)
        {
            if (await Task.WhenAny(changed, Task.Delay(wait, time, stoppingToken)) == changed)
            {
                changed = setting.ChangedAsync(stoppingToken);
            }

            stoppingToken.ThrowIfCancellationRequested();
            wait = Every;
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception error) when (error is IOException or DbException or AskTimeoutException)
            {
                logger.LogWarning(error, "Old messages could not all be erased; it is tried again in a day.");
            }
        }
    }

    private async Task SweepAsync(CancellationToken cancel)
    {
        if (setting.Days is not { } days)
        {
            return;
        }

        var before = Retention.Before(days, time.GetUtcNow());
        foreach (var contact in board.Current.All.Select(profile => profile.Id).ToList())
        {
            while (await history.SettledBeforeAsync(contact, before, AtOnce, cancel) is { IsEmpty: false } old)
            {
                if (await contacts.ActorRef.Ask<ContactProtocol.EraseResult>(new ContactProtocol.EraseSettled(contact, old), EraseTimeout, cancel) is { Found: false })
                {
                    break;
                }
            }
        }
    }
}
