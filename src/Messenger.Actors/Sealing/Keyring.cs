using System.Collections.Immutable;
using System.Diagnostics;
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
    // How often others are looked for when a message comes for a key that this member does not have.
    private static readonly long RefreshEvery = Stopwatch.Frequency;

    private readonly IKeyStore _store;
    private readonly IKeyVault _vault;
    private readonly string _life;
    private readonly bool _isShared;
    private readonly IdentityKey _identity;
    private readonly Dictionary<PrekeyId, PrekeySecret> _secrets;
    private readonly ReaderWriterLockSlim _gate = new();
    private readonly Lock _turning = new();
    private PrekeyRing _ring;
    private string? _kept;
    private long _counter;
    private long _refreshedAt;
    private bool _scrubDue = true;
    private bool _disposed;

    private Keyring(IKeyStore store, IKeyVault vault, string life, bool isShared, IdentityKey identity)
    {
        (_store, _vault, _life, _isShared, _identity) = (store, vault, life, isShared, identity);
        (_secrets, _ring, Bundle) = ([], new PrekeyRing([]), null!);
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
    /// <param name="isShared">Whether other members of a cluster use the same store.</param>
    /// <exception cref="CryptographicException">A key was sealed under another master key.</exception>
    public static Keyring Open(IKeyStore store, IKeyVault vault, string life, DateTimeOffset now, bool isShared = false)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(vault);
        while (true)
        {
            var stored = store.Read();
            using var made = stored.SealedIdentity is null ? IdentityKey.Create() : null;
            var identity = made is null ? Import(vault, stored.SealedIdentity!, IdentityKey.Import) : Import(made.Export(), IdentityKey.Import);
            var keyring = new Keyring(store, vault, life, isShared, identity);
            try
            {
                keyring.Take(stored);
                if (keyring.TryTurn(now, made is null ? null : Export(vault, identity.Export()), renew: made is null && stored.Life != life))
                {
                    return keyring;
                }
            }
            catch
            {
                keyring.Dispose();
                throw;
            }

            // Another member was faster.
            keyring.Dispose();
        }
    }

    /// <summary>Makes the prekeys that are due, erases those whose time is over, and takes them out of the files. Doing it often changes nothing.</summary>
    /// <param name="now">The clock.</param>
    /// <param name="cancellation">Abandons the work; it is safe to do it again.</param>
    /// <exception cref="IOException">What was erased is still in a file: to be done again.</exception>
    public async Task TurnAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await Task.Run(() => Turn(now), cancellation);
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
    public void Refresh()
    {
        if (_isShared)
        {
            lock (_turning)
            {
                Volatile.Write(ref _refreshedAt, Stopwatch.GetTimestamp());
                var stored = _store.Read();
                if (stored.Bundle != _kept)
                {
                    Take(stored);
                }
            }
        }
    }

    /// <inheritdoc/>
    public OpenResult Open(string message, IReadOnlyList<Identity> authors)
    {
        var result = TryOpen(message, authors);
        if (_isShared
            && result is UnreadableEnvelope { Fault: UnreadableFault.UnknownPrekey }
            && Stopwatch.GetTimestamp() - Volatile.Read(ref _refreshedAt) > RefreshEvery)
        {
            Refresh();
            return TryOpen(message, authors);
        }

        return result;
    }

    private OpenResult TryOpen(string message, IReadOnlyList<Identity> authors)
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

    private void Turn(DateTimeOffset now)
    {
        while (!TryTurn(now, null, renew: false))
        {
            Refresh();
        }
    }

    private bool TryTurn(DateTimeOffset now, string? newIdentity, bool renew)
    {
        lock (_turning)
        {
            var turn = _ring.Turn(now, PrekeySecret.Create, renew);
            if (!turn.Changed && newIdentity is null && Bundle is not null)
            {
                return true;
            }

            var counter = Counters.Next(_counter, now);
            var bundle = Bundle.Sign(_identity, counter, turn.Ring.CurrentPrekeys(now), turn.Ring.CurrentFallback(now)!);
            var text = Encoding.UTF8.GetString(BundleText.Write(bundle));
            var ids = turn.Created.ToDictionary(secret => secret.Id);
            var isNext = _store.Write(new KeyringChange(
                newIdentity,
                [.. turn.Ring.Keys.Where(key => ids.ContainsKey(key.Prekey.Id)).Select(key => Stored(key, ids[key.Prekey.Id]))],
                [.. turn.Erased.Select(id => id.Value)],
                text,
                _life,
                _kept));
            if (!isNext)
            {
                foreach (var secret in turn.Created)
                {
                    secret.Dispose();
                }

                return false;
            }

            Take(turn);
            (_ring, _counter, _kept, Bundle) = (turn.Ring, counter, text, bundle);
            _scrubDue |= !turn.Erased.IsEmpty;
            return true;
        }
    }

    // What is kept, in place of what is in memory: secrets that are there stay.
    private void Take(StoredKeyring stored)
    {
        _gate.EnterWriteLock();
        try
        {
            foreach (var key in stored.Prekeys.Where(key => !_secrets.ContainsKey(new PrekeyId(key.Id))))
            {
                var secret = Import(_vault, key.SealedKey, PrekeySecret.Import);
                _secrets.Add(secret.Id, secret);
            }

            foreach (var gone in _secrets.Keys.Except(stored.Prekeys.Select(key => new PrekeyId(key.Id))).ToArray())
            {
                if (_secrets.Remove(gone, out var secret))
                {
                    secret.Dispose();
                }
            }

            _ring = new PrekeyRing([.. stored.Prekeys.Select(key => new RingKey(
                _secrets[new PrekeyId(key.Id)].ToPrekey(key.Expires), key.CreatedAt, key.IsFallback))]);
        }
        finally
        {
            _gate.ExitWriteLock();
        }

        _kept = stored.Bundle;
        Bundle = stored.Bundle is { } json && BundleText.TryRead(Encoding.UTF8.GetBytes(json), out var read, out _) ? read : null!;
        _counter = Bundle?.Counter ?? 0;
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
