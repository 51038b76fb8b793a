using System.Collections.Immutable;
using System.Data.Common;
using Messenger.Actors.Ports;
using Messenger.Domain.Contacts;
using Messenger.Storage.Sql;

namespace Messenger.Storage.History;

/// <summary>The durable live feed, as far as it is read.</summary>
internal static class FeedTable
{
    public static long LastFeedNumber(this SqlSession session) => session.Single("select coalesce(max(number), 0) from feed", row => row.GetInt64(0));

    public static ImmutableArray<FeedEntry>? FeedSince(this SqlSession session, long since, int limit)
    {
        var first = session.Single("select coalesce(min(number), 1) from feed", row => row.GetInt64(0));
        return since < first - 1 || since > session.LastFeedNumber()
            ? null
            : [.. session.Query("select number, kind, contact, message from feed where number > $1 order by number limit $2", Entry, since, limit)];
    }

    private static FeedEntry Entry(DbDataReader row) => new(row.GetInt64(0), (FeedKind)row.GetInt32(1), new ContactId(row.GetString(2)), row.GetInt64(3));
}

/// <summary>What a transaction of the read model adds to the feed.</summary>
internal sealed class FeedWriter(SqlSession session)
{
    /// <summary>How many feed entries a client may be behind and still resume.</summary>
    public const int Kept = 10_000;

    private static readonly SqlTable Feed = new(
        "feed", ("number", SqlType.Number), ("kind", SqlType.Number), ("contact", SqlType.Text), ("message", SqlType.Number));

    private readonly ImmutableArray<FeedEntry>.Builder _added = ImmutableArray.CreateBuilder<FeedEntry>();
    private long _last = session.LastFeedNumber();

    public void Announce(FeedKind kind, ContactId contact, long message = 0)
    {
        session.Insert(Feed, ++_last, (int)kind, contact.Value, message);
        _added.Add(new FeedEntry(_last, kind, contact, message));
    }

    /// <summary>Drops what is too old; returns what was added.</summary>
    public ImmutableArray<FeedEntry> Finish()
    {
        session.Post("delete from feed where number <= $1", _last - Kept);
        return _added.DrainToImmutable();
    }
}
