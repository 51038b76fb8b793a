namespace Messenger.Domain.Contacts;

/// <summary>What a node understands beyond the seed (protocol.md, Extensions). Numbers are written to disk and never reused.</summary>
[Flags]
public enum PeerCaps
{
    /// <summary>The seed alone.</summary>
    None = 0,

    /// <summary>Sealed messages.</summary>
    Sealing = 1,

    /// <summary>Read receipts.</summary>
    Receipts = 1 << 1,

    /// <summary>Signed changes of address.</summary>
    Moves = 1 << 2,
}
