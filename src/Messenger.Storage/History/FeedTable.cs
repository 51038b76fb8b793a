using System.Collections.Immutable;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Messenger.Storage.History;

/// <summary>The durable live feed.</summary>
internal static class FeedTable
{
    public static FeedEntry Entry(SqliteDataReader row) => new(row.GetInt64(0), (FeedKind)row.GetInt32(1), new ContactId(row.GetString(2)), row.GetInt64(3));

    public static void Announce(this SqliteSession session, FeedKind kind, ContactId contact, long message = 0) =>
        session.Execute("insert into feed (kind, contact, message) values ($1, $2, $3)", (int)kind, contact.Value, message);

    public static long LastFeedNumber(this SqliteSession session) => session.Single("select coalesce(max(number), 0) from feed", row => row.GetInt64(0));

    public static ImmutableArray<FeedEntry>? FeedSince(this SqliteSession session, long since, int limit)
    {
        var first = session.Single("select coalesce(min(number), 1) from feed", row => row.GetInt64(0));
        return since < first - 1 || since > session.LastFeedNumber()
            ? null
            : [.. session.Query("select number, kind, contact, message from feed where number > $1 order by number limit $2", Entry, since, limit)];
    }
}
