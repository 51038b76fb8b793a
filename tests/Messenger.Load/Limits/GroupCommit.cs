using System.Security.Cryptography;
using System.Threading.Channels;
using Messenger.Load.Clients;
using Microsoft.Data.Sqlite;

namespace Messenger.Load.Limits;

/// <summary>
/// What the disk and SQLite give at best: WAL, synchronous FULL, one writer that commits in one transaction whatever waits. Rows are shaped and
/// sized like those of the journal for a text of 100 bytes; each caller waits for its commit before it brings the next row.
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    private const int EventBytes = 300;

    private readonly Channel<TaskCompletionSource> _waiting = Channel.CreateUnbounded<TaskCompletionSource>(new() { SingleReader = true });
    private readonly string _folder = Directory.CreateTempSubdirectory("messenger-load-").FullName;
    private readonly SqliteConnection _connection;
    private readonly Thread _writer;
    private Exception? _problem;

    public GroupCommit()
    {
        _connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "limit.db")};Pooling=False");
        _connection.Open();
        using var schema = _connection.CreateCommand();
        schema.CommandText = """
            pragma journal_mode = wal;
            pragma synchronous = full;
            create table journal (
              ordering integer primary key autoincrement, created integer not null, deleted integer not null, persistence_id text not null,
              sequence_number integer not null, message blob not null, identifier integer not null, manifest text not null, writer_uuid text not null);
            create unique index journal_sequence on journal (persistence_id, sequence_number);
            """;
        schema.ExecuteNonQuery();
        _writer = new Thread(Write) { IsBackground = true, Name = "group commit" };
        _writer.Start();
    }

    /// <summary>Rows per second with so many callers, and how long a row takes.</summary>
    public async Task<(double PerSecond, Latencies Latencies)> MeasureAsync(int callers, TimeSpan duration, CancellationToken cancel)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        var latencies = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(BringAsync, cancel)));
        var took = time.GetElapsedTime(start);
        return (latencies.Sum(list => list.Count) / took.TotalSeconds, new Latencies(latencies.SelectMany(list => list)));

        async Task<List<double>> BringAsync()
        {
            var own = new List<double>();
            while (time.GetElapsedTime(start) < duration)
            {
                cancel.ThrowIfCancellationRequested();
                var row = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var brought = time.GetTimestamp();
                if (!_waiting.Writer.TryWrite(row))
                {
                    throw new LoadFailedException($"The group commit failed: {_problem?.Message}");
                }

                await row.Task;
                own.Add(time.GetElapsedTime(brought).TotalMilliseconds);
            }

            return own;
        }
    }

    public void Dispose()
    {
        _waiting.Writer.TryComplete();
        _writer.Join();
        _connection.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Write()
    {
        using var insert = _connection.CreateCommand();
        insert.CommandText =
            "insert into journal (created, deleted, persistence_id, sequence_number, message, identifier, manifest, writer_uuid) values ($1, 0, $2, $3, $4, 1000, $5, $6)";
        insert.Parameters.AddWithValue("$1", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        insert.Parameters.AddWithValue("$2", "contact-01890a5dac96774bbcceb302099a8057");
        var sequence = insert.Parameters.AddWithValue("$3", 0L);
        insert.Parameters.AddWithValue("$4", RandomNumberGenerator.GetBytes(EventBytes));
        insert.Parameters.AddWithValue("$5", "contact.message-queued.v1");
        insert.Parameters.AddWithValue("$6", Guid.NewGuid().ToString());
        insert.Prepare();
        var (number, rows) = (0L, new List<TaskCompletionSource>());
        try
        {
            while (_waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                using var transaction = _connection.BeginTransaction();
                insert.Transaction = transaction;
                while (_waiting.Reader.TryRead(out var row))
                {
                    sequence.Value = ++number;
                    insert.ExecuteNonQuery();
                    rows.Add(row);
                }

                transaction.Commit();
                rows.ForEach(row => row.SetResult());
                rows.Clear();
            }
        }
        catch (SqliteException problem)
        {
            _problem = problem;
            _waiting.Writer.TryComplete();
            rows.ForEach(row => row.SetException(problem));
        }
    }
}
