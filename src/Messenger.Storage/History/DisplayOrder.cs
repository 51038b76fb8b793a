namespace Messenger.Storage.History;

/// <summary>Where a message stands in its conversation: by position, then author key, then number; all in microseconds since 1970.</summary>
internal static class DisplayOrder
{
    /// <summary>What comes in order stands at its time, but always after everything before it: the clock may step back.</summary>
    public static long Append(long time, long lastPosition) => Math.Max(time, lastPosition + 1);

    /// <summary>
    /// What comes late, or from elsewhere, stands at its own time, but between its neighbours in the author's order; positions never
    /// decrease along that order, so the bounds are never crossed.
    /// </summary>
    /// <param name="authorKey">The author's own time.</param>
    /// <param name="arrival">When it arrived.</param>
    /// <param name="predecessor">Position of the author's message before it, if any.</param>
    /// <param name="successor">Position of the author's message after it, if any: without one it stands where it arrived.</param>
    public static long Insert(long authorKey, long arrival, long? predecessor, long? successor) => successor is { } next
        ? Math.Clamp(Math.Min(authorKey, arrival), predecessor ?? long.MinValue, next)
        : Math.Max(arrival, predecessor ?? long.MinValue);
}
