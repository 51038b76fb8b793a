using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Messenger.Actors.Ports;

namespace Messenger.Node.Data;

/// <summary>
/// The key of the keys: seals at rest those that peers gave us and that we gave to peers, and makes the keyed hashes by which the latter
/// are looked up (design page "security", Peer listener). Its file is as precious as the databases: without it every contact has to be paired again.
/// </summary>
internal sealed class MasterKey : IKeyVault
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "master.key";

    /// <summary>Bytes of the secret.</summary>
    public const int SecretSize = 32;

    private const int KeySize = SecretSize;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const string Version = "v1.";

    private readonly byte[] _sealing;
    private readonly byte[] _lookup;
    private readonly byte[] _members;

    /// <param name="secret">32 random bytes.</param>
    public MasterKey(ReadOnlySpan<byte> secret)
    {
        if (secret.Length != KeySize)
        {
            throw new ArgumentException($"A master key has {KeySize} bytes, not {secret.Length}.", nameof(secret));
        }

        _sealing = Derive(secret, "messenger sealing");
        _lookup = Derive(secret, "messenger lookup");
        _members = Derive(secret, "messenger members");
    }

    /// <summary>Reads the key of a data folder; makes one on the first start.</summary>
    /// <exception cref="CannotStartException">The file is no key, or it is missing although the folder has data sealed by it.</exception>
    public static MasterKey Load(DataFolder folder)
    {
        var file = folder.File(FileName);
        if (!File.Exists(file))
        {
            if (File.Exists(folder.File("journal.db")))
            {
                throw new CannotStartException($"{file} is missing, so the keys in {folder.Path} cannot be read; put it back from a copy");
            }

            DataFolder.WriteOwnerOnly(file, RandomNumberGenerator.GetBytes(KeySize));
        }

        var secret = File.ReadAllBytes(file);
        return secret.Length == KeySize
            ? new(secret)
            : throw Damaged(file, $"the file is damaged: {KeySize} bytes are expected, it has {secret.Length}");
    }

    /// <summary>Gives a data folder the key that the members of a cluster share, and makes that one if there is none yet.</summary>
    /// <param name="folder">This member's folder.</param>
    /// <param name="sharedFile">Where the shared key is.</param>
    /// <exception cref="CannotStartException">The folder has another key.</exception>
    public static void Share(DataFolder folder, string sharedFile)
    {
        var file = folder.File(FileName);
        if (!File.Exists(sharedFile))
        {
            // Of several members that start at once, one makes it: a file gets its name when it is complete, and never a second one.
            var fresh = $"{sharedFile}.{Guid.NewGuid():n}";
            DataFolder.WriteOwnerOnly(fresh, File.Exists(file) ? File.ReadAllBytes(file) : RandomNumberGenerator.GetBytes(KeySize));
            try
            {
                File.Move(fresh, sharedFile, overwrite: false);
            }
            catch (IOException) when (File.Exists(sharedFile))
            {
                File.Delete(fresh);
            }
        }

        var shared = File.ReadAllBytes(sharedFile);
        if (!File.Exists(file))
        {
            DataFolder.WriteOwnerOnly(file, shared);
        }
        else if (!File.ReadAllBytes(file).AsSpan().SequenceEqual(shared))
        {
            throw new CannotStartException($"{file} is another key than {sharedFile}: all members of a cluster must have the same; put the right one in its place");
        }
    }

    /// <summary>Whether the key of a data folder is sealed by a passphrase.</summary>
    /// <exception cref="CannotStartException">It is, and the file is damaged: no passphrase would open it.</exception>
    public static bool IsLocked(DataFolder folder)
    {
        var file = folder.File(FileName);
        var content = File.Exists(file) ? File.ReadAllBytes(file) : [];
        if (!SealedKeyFile.IsOne(content))
        {
            return false;
        }

        try
        {
            SealedKeyFile.Check(content);
            return true;
        }
        catch (InvalidDataException error)
        {
            throw Damaged(file, error.Message);
        }
    }

    /// <summary>Opens the key of a data folder by its passphrase; null when that is another one.</summary>
    /// <exception cref="CannotStartException">The file is damaged.</exception>
    public static MasterKey? Unlock(DataFolder folder, string passphrase)
    {
        var file = folder.File(FileName);
        try
        {
            return SealedKeyFile.Open(File.ReadAllBytes(file), passphrase) is { } secret ? new(secret) : null;
        }
        catch (InvalidDataException error)
        {
            throw Damaged(file, error.Message);
        }
    }

    private static CannotStartException Damaged(string file, string what) =>
        new($"{file}: {what}; put it back from a copy, or restore a backup of this node into an empty folder with 'messenger restore'");

    /// <summary>Encrypts a key with AES-256-GCM under a random nonce.</summary>
    /// <returns>Text that <see cref="Open"/> reads; different each time.</returns>
    public string Seal(string key) => Seal(Encoding.UTF8.GetBytes(key));

    /// <summary>Encrypts the bytes of a key with AES-256-GCM under a random nonce.</summary>
    /// <returns>Text that <see cref="OpenBytes"/> reads; different each time.</returns>
    public string Seal(ReadOnlySpan<byte> key)
    {
        var box = new byte[NonceSize + key.Length + TagSize];
        var nonce = box.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(_sealing, TagSize);
        cipher.Encrypt(nonce, key, box.AsSpan(NonceSize, key.Length), box.AsSpan(NonceSize + key.Length));
        return Version + Base64Url.EncodeToString(box);
    }

    /// <summary>Decrypts what <see cref="Seal(string)"/> made.</summary>
    /// <exception cref="CryptographicException">It was made with another key, was changed, or is nothing of the kind.</exception>
    public string Open(string sealedKey) => Encoding.UTF8.GetString(OpenBytes(sealedKey));

    /// <summary>Decrypts what <see cref="Seal(ReadOnlySpan{byte})"/> made.</summary>
    /// <exception cref="CryptographicException">It was made with another key, was changed, or is nothing of the kind.</exception>
    public byte[] OpenBytes(string sealedKey)
    {
        if (!sealedKey.StartsWith(Version, StringComparison.Ordinal) || !Base64Url.IsValid(sealedKey.AsSpan(Version.Length), out var size) || size < NonceSize + TagSize)
        {
            throw new CryptographicException("This is no text sealed by a master key.");
        }

        var box = Base64Url.DecodeFromChars(sealedKey.AsSpan(Version.Length));
        var plain = new byte[size - NonceSize - TagSize];
        using var cipher = new AesGcm(_sealing, TagSize);
        cipher.Decrypt(box.AsSpan(0, NonceSize), box.AsSpan(NonceSize, plain.Length), box.AsSpan(NonceSize + plain.Length), plain);
        return plain;
    }

    /// <summary>A keyed hash, always the same for the same key, that tells nothing about it without the master key.</summary>
    public string LookupHash(string key) => Base64Url.EncodeToString(HMACSHA256.HashData(_lookup, Encoding.UTF8.GetBytes(key)));

    /// <summary>
    /// The certificate by which members of a cluster know each other. Its private key follows from the master key alone: every member that has
    /// the same master key has it, and nobody else.
    /// </summary>
    public X509Certificate2 MemberCertificate()
    {
        // A number below the order of the curve, which begins with 32 ones: of 2^32 keys one would not do.
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = _members });
        var request = new CertificateRequest("CN=messenger member", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.EphemeralKeySet);
    }

    private static byte[] Derive(ReadOnlySpan<byte> secret, string purpose)
    {
        var key = new byte[KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt: [], info: Encoding.ASCII.GetBytes(purpose));
        return key;
    }
}
