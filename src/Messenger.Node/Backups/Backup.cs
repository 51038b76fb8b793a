using System.Security.Cryptography;
using Messenger.Node.Data;
using Messenger.Storage;

namespace Messenger.Node.Backups;

/// <summary>Why a backup cannot be made or restored, in one line for the user.</summary>
internal sealed class BackupException(string message) : Exception(message);

/// <summary>Takes a backup of a data folder, whether its node runs or not (design page "security", Backup).</summary>
internal static class Backup
{
    private const string DraftName = "backup.draft";

    /// <summary>Writes a backup and reads it again before it takes the place of an earlier one.</summary>
    /// <param name="dataPath">The data folder.</param>
    /// <param name="file">Where to; an earlier backup there is replaced.</param>
    /// <param name="passphrase">By which it can be read.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends the work and leaves nothing.</param>
    /// <exception cref="BackupException">There is nothing to back up, something else is in the way, or a database is damaged.</exception>
    public static BackupManifest Take(string dataPath, string file, string passphrase, TimeProvider time, CancellationToken cancel)
    {
        if (BackupFile.Required.Any(name => !File.Exists(Path.Combine(dataPath, name))))
        {
            throw new BackupException($"There is no node in the data folder {dataPath}; name its folder with --data");
        }

        if (File.Exists(file) && !BackupFile.IsOne(file))
        {
            throw new BackupException($"{file} is there already and is no backup; choose another name");
        }

        using var alone = TakeTurn(dataPath);
        var draft = Path.Combine(dataPath, DraftName);
        try
        {
            RemoveDraft(draft);
            Directory.CreateDirectory(draft);
            return Write(Copy(dataPath, draft, time, cancel), draft, file, passphrase, cancel);
        }
        catch (InvalidDataException error)
        {
            throw new BackupException($"{error.Message} No backup was made");
        }
        finally
        {
            RemoveDraft(draft);
        }
    }

    // The copies lie in the data folder, which is closed to others and on a disk that has room for them.
    private static BackupManifest Copy(string dataPath, string draft, TimeProvider time, CancellationToken cancel)
    {
        var takenAt = time.GetUtcNow();
        string[] names = [.. BackupFile.Known.Where(name => File.Exists(Path.Combine(dataPath, name)))];
        foreach (var name in names)
        {
            cancel.ThrowIfCancellationRequested();
            if (SqliteBackup.Files.Contains(name))
            {
                SqliteBackup.Copy(Path.Combine(dataPath, name), Path.Combine(draft, name));
            }
            else
            {
                File.Copy(Path.Combine(dataPath, name), Path.Combine(draft, name));
            }
        }

        return new(
            BackupManifest.CurrentFormat,
            RandomNumberGenerator.GetHexString(32, lowercase: true),
            takenAt,
            NodeVersion.Current,
            [.. names.Select(name => Entry(draft, name))]);
    }

    private static BackupEntry Entry(string draft, string name)
    {
        using var content = File.OpenRead(Path.Combine(draft, name));
        return new(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    private static BackupManifest Write(BackupManifest manifest, string draft, string file, string passphrase, CancellationToken cancel)
    {
        var written = file + ".new";
        try
        {
            using (var target = DataFolder.CreateOwnerOnly(written))
            {
                BackupFile.Write(target, passphrase, manifest, name => Path.Combine(draft, name), cancel);
                target.Flush(flushToDisk: true);
            }

            var read = BackupFile.Read(written, passphrase, _ => Stream.Null, cancel);
            if (read.Id != manifest.Id)
            {
                throw new BackupException($"{file} is being written by somebody else");
            }

            File.Move(written, file, overwrite: true);
            return manifest;
        }
        catch (InvalidDataException error)
        {
            throw new BackupException($"What was written to {file} does not read the same: {error.Message}; check that disk");
        }
        finally
        {
            File.Delete(written);
        }
    }

    private static FileStream TakeTurn(string dataPath)
    {
        try
        {
            return new FileStream(Path.Combine(dataPath, "backup.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error is not (DirectoryNotFoundException or FileNotFoundException))
        {
            throw new BackupException($"Another backup of {dataPath} is under way: {error.Message}");
        }
    }

    private static void RemoveDraft(string draft)
    {
        if (Directory.Exists(draft))
        {
            Directory.Delete(draft, recursive: true);
        }
    }
}
