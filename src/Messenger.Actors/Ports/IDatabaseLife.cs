namespace Messenger.Actors.Ports;

/// <summary>
/// Which life of the database this is. A restored backup does not know what was said after it was taken, so whatever must never be used
/// twice (the <c>sid</c> and the prekeys of security.md) begins anew with each life: keep the <see cref="Id"/> with it, in the same commit,
/// and make new ones when the two differ. There is nothing to acknowledge, and a crash in between does no harm.
/// </summary>
public interface IDatabaseLife
{
    /// <summary>Empty for a database that was never restored; after each restore another random text.</summary>
    string Id { get; }
}
