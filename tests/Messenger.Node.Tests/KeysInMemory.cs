using Messenger.Actors.Ports;
using Messenger.Actors.Sealing;
using Messenger.Node.Data;

namespace Messenger.Node.Tests;

/// <summary>Keys that are kept as long as the test runs.</summary>
internal sealed class KeysInMemory : IKeyStore
{
    private StoredKeyring _stored = new(null, [], null, "");

    /// <summary>A keyring of its own identity; the bundle is valid at the time of the tests.</summary>
    public static Keyring Ring() => Keyring.Open(new KeysInMemory(), new MasterKey(new byte[32]), "", new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    public StoredKeyring Read() => _stored;

    public bool Write(KeyringChange change)
    {
        _stored = new StoredKeyring(
            change.SealedIdentity ?? _stored.SealedIdentity,
            [.. _stored.Prekeys.Where(key => !change.Erased.Contains(key.Id)), .. change.Created],
            change.Bundle,
            change.Life);
        return true;
    }

    public Task ScrubAsync(CancellationToken cancellation) => Task.CompletedTask;
}
