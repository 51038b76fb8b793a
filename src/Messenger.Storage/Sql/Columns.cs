using System.Data.Common;

namespace Messenger.Storage.Sql;

/// <summary>Times in columns are microseconds since 1970, flags are 0 and 1.</summary>
internal static class Columns
{
    public static DateTimeOffset Time(this DbDataReader row, int column) =>
        DateTimeOffset.UnixEpoch.AddTicks(row.GetInt64(column) * TimeSpan.TicksPerMicrosecond);

    public static DateTimeOffset? TimeOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    public static string? TextOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static bool Flag(this DbDataReader row, int column) => row.GetInt64(column) != 0;
}
