namespace Messenger.Storage.Accounts;

/// <summary>A browser that is signed in.</summary>
/// <param name="Id">Names the session to its owner; opaque, and of no use for signing in.</param>
/// <param name="Label">What the browser called itself, at most 200 characters; hostile text.</param>
/// <param name="CreatedAt">When it signed in, UTC.</param>
/// <param name="LastUsedAt">When it was last seen, UTC, to within an hour.</param>
/// <param name="ExpiresAt">When it ends unless it is used before, UTC.</param>
public sealed record Session(string Id, string Label, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt);

/// <summary>A named bearer token of a script or another program; the token itself is not kept.</summary>
/// <param name="Id">Names the token to its owner; opaque, and of no use for signing in.</param>
/// <param name="Name">The owner's name for it, unique.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="LastUsedAt">When it was last used, UTC, to within an hour; null when never.</param>
public sealed record BearerToken(string Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);
