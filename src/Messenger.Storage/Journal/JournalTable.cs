using Akka.Actor;
using Akka.Serialization;
using Messenger.Actors.Ports;
using Messenger.Storage.Sql;

namespace Messenger.Storage.Journal;

/// <summary>
/// The plugin's journal table, seen without the plugin: its query side would first walk through every row of the journal to find gaps
/// in an order that nobody here asks for, and it cannot overwrite.
/// </summary>
internal sealed class JournalTable(SqlDatabase database, Func<ActorSystem> system) : IJournalReader, IJournalEraser
{
    private const int RowsPerTransaction = 500;

    public Task<IReadOnlyDictionary<string, long>> LastSequencesAsync(CancellationToken cancellation) => database.UseAsync<IReadOnlyDictionary<string, long>>(
        // Two seeks in the index per persistence id: a plain GROUP BY reads the whole index.
        session => !HasTable(session) ? new Dictionary<string, long>() : session.Query(
            """
            with recursive ids (id) as (
              select min(persistence_id) from journal
              union all
              select (select min(persistence_id) from journal where persistence_id > id) from ids where id is not null)
            select id, (select max(sequence_number) from journal where persistence_id = id) from ids where id is not null
            """,
            row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1))).ToDictionary(),
        cancellation);

    public Task<JournalSlice> ReadAsync(string persistenceId, long from, int count, CancellationToken cancellation) => database.UseAsync(
        session =>
        {
            var rows = HasTable(session) ? Rows(session, persistenceId, from, long.MaxValue, count) : [];
            return new JournalSlice(persistenceId, from, [.. rows.Select(r => r.Event)]);
        },
        cancellation);

    public async Task EraseAsync(string persistenceId, long from, long to, Func<long, object, object> erase, CancellationToken cancellation)
    {
        for (long? next = from; next is { } first;)
        {
            cancellation.ThrowIfCancellationRequested();
            next = await database.UseAsync(session => session.Write(() => EraseSome(session, persistenceId, first, to, erase)), cancellation);
        }
    }

    public Task ScrubAsync(CancellationToken cancellation) => database.ScrubAsync(cancellation);

    // The plugin makes its table when the first persistent actor starts.
    private static bool HasTable(SqlSession session) => session.HasTable("journal");

    private long? EraseSome(SqlSession session, string persistenceId, long from, long to, Func<long, object, object> erase)
    {
        var rows = Rows(session, persistenceId, from, to, RowsPerTransaction);
        foreach (var (sequence, stored) in rows)
        {
            var replacement = erase(sequence, stored);
            if (!ReferenceEquals(replacement, stored))
            {
                var serializer = system().Serialization.FindSerializerFor(replacement);
                session.Post(
                    "update journal set identifier = $3, manifest = $4, message = $5 where persistence_id = $1 and sequence_number = $2",
                    persistenceId,
                    sequence,
                    serializer.Identifier,
                    Serialization.ManifestFor(serializer, replacement),
                    serializer.ToBinary(replacement));
            }
        }

        return rows.Count < RowsPerTransaction ? null : rows[^1].Sequence + 1;
    }

    private List<(long Sequence, object Event)> Rows(SqlSession session, string persistenceId, long from, long to, int count) => session.Query(
        """
        select sequence_number, message, identifier, manifest from journal
        where persistence_id = $1 and sequence_number between $2 and $3
        order by sequence_number limit $4
        """,
        row => (row.GetInt64(0), system().Serialization.Deserialize((byte[])row.GetValue(1), row.GetInt32(2), row.GetString(3))),
        persistenceId,
        from,
        to,
        count);
}
