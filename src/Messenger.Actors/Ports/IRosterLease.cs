namespace Messenger.Actors.Ports;

/// <summary>
/// Keeps the friend list of a database with one keeper, also when two clusters that do not know of each other have the same database.
/// </summary>
public interface IRosterLease
{
    /// <summary>Takes it; puts a holder out that is not heard any more.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">Somebody else keeps it; the message is for the owner.</exception>
    Task<IHeldLease> TakeAsync(CancellationToken cancellation);
}

/// <summary>A lease that is held until it is disposed of.</summary>
public interface IHeldLease : IAsyncDisposable
{
    /// <summary>Fires when somebody else has it.</summary>
    CancellationToken Lost { get; }
}
