using Microsoft.Data.Sqlite;

namespace Messenger.Storage.Sqlite;

/// <summary>Times in columns are microseconds since 1970.</summary>
internal static class Columns
{
    public static DateTimeOffset Time(this SqliteDataReader row, int column) =>
        DateTimeOffset.UnixEpoch.AddTicks(row.GetInt64(column) * TimeSpan.TicksPerMicrosecond);

    public static DateTimeOffset? TimeOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    public static string? TextOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
