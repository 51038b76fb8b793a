namespace Messenger.Actors.Ports;

/// <summary>Keeps a member that the cluster goes on without from writing: it may not know yet, as a process that was stopped for a while.</summary>
public interface IMemberFence
{
    /// <summary>Shuts a member out of the journal for good. May be done again.</summary>
    /// <param name="life">Which life of which process.</param>
    /// <param name="cancellation">Abandons it.</param>
    Task ShutOutAsync(string life, CancellationToken cancellation);
}
