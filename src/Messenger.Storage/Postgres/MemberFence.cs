using Messenger.Actors.Ports;

namespace Messenger.Storage.Postgres;

/// <summary>The table of members that the journal takes nothing from.</summary>
/// <param name="database">This one's alone.</param>
internal sealed class MemberFence(PostgresDatabase database) : IMemberFence, IDisposable
{
    public Task ShutOutAsync(string life, CancellationToken cancellation) => database.UseAsync(
        session => session.Write(() => session.Execute("insert into shut_out (member) values ($1) on conflict (member) do nothing", life)), cancellation);

    public void Dispose() => database.Dispose();
}
