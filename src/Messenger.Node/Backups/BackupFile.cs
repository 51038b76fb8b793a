using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Messenger.Node.Data;

namespace Messenger.Node.Backups;

/// <summary>
/// The file of a backup: a line that says what it is, the costs and the salt of Argon2id, then a gzipped tar in <see cref="SealedFrames"/>
/// under the key that comes of the passphrase. The tar begins with the <see cref="BackupManifest"/>.
/// </summary>
internal static class BackupFile
{
    private const int HeaderSize = 20 + Argon2.HeaderSize;

    /// <summary>
    /// The files that may be in it, in the order in which they are copied and put into their place: the journal before what it refers to,
    /// the key last, because without it a folder with a journal does not start.
    /// </summary>
    public static readonly IReadOnlyList<string> Known = ["journal.db", "node.db", PeerCertificate.FileName, "master.key"];

    /// <summary>Those without which there is no node.</summary>
    public static readonly IReadOnlyList<string> Required = ["journal.db", "node.db", "master.key"];

    private static ReadOnlySpan<byte> Magic => "messenger backup v1\n"u8;

    /// <summary>Whether a file begins as a backup does.</summary>
    public static bool IsOne(string file)
    {
        using var stream = File.OpenRead(file);
        var start = new byte[Magic.Length];
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.AsSpan().SequenceEqual(Magic);
    }

    /// <summary>Writes a backup.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="passphrase">By which it can be read.</param>
    /// <param name="manifest">What it holds.</param>
    /// <param name="find">The path of a file of the manifest.</param>
    /// <param name="cancel">Ends the work.</param>
    public static void Write(Stream target, string passphrase, BackupManifest manifest, Func<string, string> find, CancellationToken cancel)
    {
        var header = new byte[HeaderSize];
        Magic.CopyTo(header);
        Argon2.WriteHeader(header.AsSpan(Magic.Length));
        target.Write(header);
        using var key = Argon2.DeriveKey(passphrase, header.AsSpan(Magic.Length));
        using var frames = new SealingStream(target, key, header, cancel);
        using (var zip = new GZipStream(frames, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(zip, TarEntryFormat.Pax, leaveOpen: true))
        {
            Add(tar, manifest, BackupManifest.EntryName, new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest)));
            foreach (var file in manifest.Files)
            {
                Add(tar, manifest, file.Name, File.OpenRead(find(file.Name)));
            }
        }

        frames.Complete();
    }

    /// <summary>Reads a backup to its end and checks all of it: passphrase, completeness, names, lengths and hashes.</summary>
    /// <param name="file">Path of the backup.</param>
    /// <param name="passphrase">By which it was written.</param>
    /// <param name="open">Where a file's content goes; closed after it. What is written there before this returns is not to be trusted.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="InvalidDataException">It is no backup that this program and this passphrase can read; the message says why.</exception>
    public static BackupManifest Read(string file, string passphrase, Func<string, Stream> open, CancellationToken cancel)
    {
        using var source = File.OpenRead(file);
        var header = new byte[HeaderSize];
        if (source.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !header.AsSpan().StartsWith(Magic))
        {
            throw new InvalidDataException("this is no backup of this program, or one of a newer version");
        }

        using var key = Argon2.DeriveKey(passphrase, header.AsSpan(Magic.Length));
        using var frames = new OpeningStream(source, key, header, cancel);
        using var zip = new GZipStream(frames, CompressionMode.Decompress);
        using var tar = new TarReader(zip);
        var manifest = ReadManifest(tar);
        foreach (var expected in manifest.Files)
        {
            using var target = open(expected.Name);
            Copy(tar.GetNextEntry(), expected, target);
        }

        if (tar.GetNextEntry() is not null)
        {
            throw new InvalidDataException("it holds more than its manifest says");
        }

        // The end of the tar is not the end of the file: only the last frame shows that nothing is missing or added.
        zip.CopyTo(Stream.Null);
        frames.CopyTo(Stream.Null);
        return manifest;
    }

    private static void Add(TarWriter tar, BackupManifest manifest, string name, Stream content)
    {
        using (content)
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = content,
                ModificationTime = manifest.TakenAt,
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
    }

    private static BackupManifest ReadManifest(TarReader tar)
    {
        if (tar.GetNextEntry() is not { Name: BackupManifest.EntryName, Length: <= BackupManifest.MaxBytes, DataStream: { } content })
        {
            throw new InvalidDataException("it does not begin with a manifest");
        }

        try
        {
            var manifest = JsonSerializer.Deserialize(content, BackupJson.Default.BackupManifest)!;
            var names = manifest.Files.Select(file => file.Name).ToHashSet();
            return manifest.Format == BackupManifest.CurrentFormat && names.Count == manifest.Files.Count && names.IsSubsetOf(Known)
                ? manifest
                : throw new InvalidDataException($"it was written by version {manifest.Version}, which keeps more than this one knows");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException("its manifest cannot be read", error);
        }
    }

    private static void Copy(TarEntry? entry, BackupEntry expected, Stream target)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (entry?.Name == expected.Name && entry.Length == expected.Bytes)
        {
            var buffer = new byte[SealedFrames.FrameSize];
            for (int read; entry.DataStream is { } content && (read = content.Read(buffer)) > 0;)
            {
                hash.AppendData(buffer.AsSpan(0, read));
                target.Write(buffer.AsSpan(0, read));
            }

            if (Convert.ToHexStringLower(hash.GetHashAndReset()) == expected.Sha256)
            {
                return;
            }
        }

        throw new InvalidDataException($"{expected.Name} in it is not what its manifest says");
    }
}
