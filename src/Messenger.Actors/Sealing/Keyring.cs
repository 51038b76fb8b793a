using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Messenger.Actors.Ports;
using Messenger.Domain.Addressing;
using Messenger.Protocol.Envelopes;

namespace Messenger.Actors.Sealing;

/// <summary>
/// The keys of this node in memory and in their store. Private parts are imported outside the managed heap and wiped when their time is
/// over; whoever seals or opens meanwhile is waited for. Safe for several threads.
/// </summary>
public sealed class Keyring : IKeyring, IDisposable
{
    private readonly IKeyStore _store;
    private readonly IKeyVault _vault;
    private readonly string _life;
    private readonly IdentityKey _identity;
    private readonly Dictionary<PrekeyId, PrekeySecret> _secrets;
    private readonly ReaderWriterLockSlim _gate = new();
    private readonly Lock _turning = new();
    private PrekeyRing _ring;
    private long _counter;
    private bool _scrubDue = true;
    private bool _disposed;

    private Keyring(IKeyStore store, IKeyVault vault, string life, IdentityKey identity, PrekeyRing ring, Dictionary<PrekeyId, PrekeySecret> secrets, Bundle? bundle)
    {
        (_store, _vault, _life, _identity, _ring, _secrets) = (store, vault, life, identity, ring, secrets);
        _counter = bundle?.Counter ?? 0;
        Bundle = bundle!;
    }

    /// <inheritdoc/>
    public Identity Identity => _identity.Identity;

    /// <inheritdoc/>
    public Bundle Bundle { get => Volatile.Read(ref field); private set => Volatile.Write(ref field, value); }

    /// <summary>Opens the keys; makes what is missing or due before it returns.</summary>
    /// <param name="store">Where they are kept.</param>
    /// <param name="vault">Seals the private parts.</param>
    /// <param name="life">The life of the database: a restored one makes new prekeys, because somebody else has the others, too.</param>
    /// <param name="now">The clock.</param>
    /// <exception cref="CryptographicException">A key was sealed under another master key.</exception>
    public static Keyring Open(IKeyStore store, IKeyVault vault, string life, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(vault);
        var stored = store.Read();
        using var made = stored.SealedIdentity is null ? IdentityKey.Create() : null;
        var identity = made is null ? Import(vault, stored.SealedIdentity!, IdentityKey.Import) : Import(made.Export(), IdentityKey.Import);
        var secrets = stored.Prekeys.Select(key => Import(vault, key.SealedKey, PrekeySecret.Import)).ToDictionary(secret => secret.Id);
        var ring = new PrekeyRing([.. stored.Prekeys.Select(key => new RingKey(
            secrets[new PrekeyId(key.Id)].ToPrekey(key.Expires), key.CreatedAt, key.IsFallback))]);
        var bundle = stored.Bundle is { } json && BundleText.TryRead(Encoding.UTF8.GetBytes(json), out var read, out _) ? read : null;
        var keyring = new Keyring(store, vault, life, identity, ring, secrets, bundle);
        keyring.Turn(now, made is null ? null : Export(vault, identity.Export()), renew: made is null && stored.Life != life);
        return keyring;
    }

    /// <summary>Makes the prekeys that are due, erases those whose time is over, and takes them out of the files. Doing it often changes nothing.</summary>
    /// <param name="now">The clock.</param>
    /// <param name="cancellation">Abandons the work; it is safe to do it again.</param>
    /// <exception cref="IOException">What was erased is still in a file: to be done again.</exception>
    public async Task TurnAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await Task.Run(() => Turn(now, null), cancellation);
        if (_scrubDue)
        {
            await _store.ScrubAsync(cancellation);
            _scrubDue = false;
        }
    }

    /// <inheritdoc/>
    public SealedMessage Seal(Identity recipient, Prekey prekey, Payload payload) => Envelope.Seal(_identity, recipient, prekey, payload);

    /// <inheritdoc/>
    public AddressChange SignMove(Identity recipient, Address address, long counter) => AddressChange.Sign(_identity, recipient, address, counter);

    /// <inheritdoc/>
    public OpenResult Open(string message, IReadOnlyList<Identity> authors)
    {
        _gate.EnterReadLock();
        try
        {
            // Without its keys it would find everything unreadable, and that would be stored.
            ObjectDisposedException.ThrowIf(_disposed, this);
            return Envelope.Open(message, authors, Identity, id => _secrets.GetValueOrDefault(id));
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    /// <summary>Wipes every private key from memory. May be done again.</summary>
    public void Dispose()
    {
        _gate.EnterWriteLock();
        try
        {
            _identity.Dispose();
            foreach (var secret in _secrets.Values)
            {
                secret.Dispose();
            }

            _secrets.Clear();
            _disposed = true;
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    private void Turn(DateTimeOffset now, string? newIdentity, bool renew = false)
    {
        lock (_turning)
        {
            var turn = _ring.Turn(now, PrekeySecret.Create, renew);
            if (!turn.Changed && newIdentity is null && Bundle is not null)
            {
                return;
            }

            var counter = Counters.Next(_counter, now);
            var bundle = Bundle.Sign(_identity, counter, turn.Ring.CurrentPrekeys(now), turn.Ring.CurrentFallback(now)!);
            var ids = turn.Created.ToDictionary(secret => secret.Id);
            _store.Write(new KeyringChange(
                newIdentity,
                [.. turn.Ring.Keys.Where(key => ids.ContainsKey(key.Prekey.Id)).Select(key => Stored(key, ids[key.Prekey.Id]))],
                [.. turn.Erased.Select(id => id.Value)],
                Encoding.UTF8.GetString(BundleText.Write(bundle)),
                _life));
            Take(turn);
            (_ring, _counter, Bundle) = (turn.Ring, counter, bundle);
            _scrubDue |= !turn.Erased.IsEmpty;
        }
    }

    private void Take(RingTurn turn)
    {
        _gate.EnterWriteLock();
        try
        {
            foreach (var secret in turn.Created)
            {
                _secrets.Add(secret.Id, secret);
            }

            foreach (var id in turn.Erased)
            {
                if (_secrets.Remove(id, out var secret))
                {
                    secret.Dispose();
                }
            }
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    private StoredPrekey Stored(RingKey key, PrekeySecret secret) => new(
        key.Prekey.Id.Value, key.Prekey.Text, key.CreatedAt, key.Prekey.Expires, key.IsFallback, Export(_vault, secret.Export()));

    private static string Export(IKeyVault vault, byte[] key)
    {
        try
        {
            return vault.Seal(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private delegate T Importing<T>(ReadOnlySpan<byte> key);

    private static T Import<T>(IKeyVault vault, string sealedKey, Importing<T> import) => Import(vault.OpenBytes(sealedKey), import);

    private static T Import<T>(byte[] key, Importing<T> import)
    {
        try
        {
            return import(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
