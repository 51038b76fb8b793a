using Messenger.Actors.Ports;

namespace Messenger.Storage.Postgres;

/// <summary>The lock of who keeps the friend list, on a connection of its own.</summary>
internal sealed class RosterLease(string connectionString, TimeProvider time) : IRosterLease
{
    // The server may be away for long. Another keeper that is heard all that time is not of this cluster.
    private static readonly DatabasePatience Patience = new(TimeSpan.FromDays(1), TimeSpan.FromSeconds(45));

    public async Task<IHeldLease> TakeAsync(CancellationToken cancellation)
    {
        try
        {
            return await PostgresLock.TakeAsync(connectionString, PostgresLockKind.Keeper, Patience, time, cancellation);
        }
        catch (DatabaseUnavailableException refused)
        {
            throw new InvalidOperationException(refused.Message, refused);
        }
    }
}
