namespace Messenger.Actors;

/// <summary>Registry key of the contact region: takes every <c>ContactProtocol.IWithContactId</c>.</summary>
public sealed class ContactRegionKey;

/// <summary>Registry key of the roster.</summary>
public sealed class RosterKey;

/// <summary>Registry key of the history actor.</summary>
public sealed class HistoryKey;
