using System.Security.Cryptography;
using Messenger.Node.Data;
using Messenger.Storage;

namespace Messenger.Node.Backups;

/// <summary>Makes a data folder of a backup. Nothing is written before all of the backup was checked.</summary>
internal static class Restore
{
    private const string Unfinished = ".restoring";

    // What an empty volume or a restore that was cut off leaves.
    private static readonly string[] Passed = ["lock", "node.pid", "lost+found"];

    /// <summary>Restores.</summary>
    /// <param name="file">The backup.</param>
    /// <param name="passphrase">By which it was written.</param>
    /// <param name="dataPath">An empty folder, or one that is not there yet.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends the work and leaves nothing.</param>
    /// <exception cref="BackupException">The folder has data, or the backup cannot be read or is not whole.</exception>
    /// <exception cref="CannotStartException">The folder cannot be used.</exception>
    public static BackupManifest Run(string file, string passphrase, string dataPath, TimeProvider time, CancellationToken cancel)
    {
        if (Directory.Exists(dataPath) && Directory.EnumerateFileSystemEntries(dataPath).Select(Path.GetFileName).Except(Passed).FirstOrDefault() is { } first)
        {
            throw new BackupException($"The folder {dataPath} is not empty, it has {first}; restore into a new folder");
        }

        try
        {
            var manifest = BackupFile.Read(file, passphrase, _ => Stream.Null, cancel);
            if (BackupFile.Required.Except(manifest.Files.Select(entry => entry.Name)).FirstOrDefault() is { } missing)
            {
                throw new InvalidDataException($"it lacks {missing}");
            }

            using var folder = DataFolder.Open(dataPath);
            Extract(file, passphrase, folder, manifest, time.GetUtcNow(), cancel);
            return manifest;
        }
        catch (InvalidDataException error)
        {
            throw new BackupException($"{file} cannot be restored: {error.Message}");
        }
    }

    private static void Extract(string file, string passphrase, DataFolder folder, BackupManifest manifest, DateTimeOffset now, CancellationToken cancel)
    {
        var free = new DriveInfo(folder.Path).AvailableFreeSpace;
        if (free < manifest.Bytes)
        {
            throw new BackupException($"{folder.Path} has room for {free} bytes, the backup needs {manifest.Bytes}");
        }

        try
        {
            if (BackupFile.Read(file, passphrase, name => DataFolder.CreateOwnerOnly(folder.File(name + Unfinished)), cancel).Id != manifest.Id)
            {
                throw new InvalidDataException("it is being replaced by another one just now");
            }

            foreach (var database in SqliteBackup.Files)
            {
                SqliteBackup.Check(folder.File(database + Unfinished));
            }

            SignBrowsersOut(folder.File("node.db" + Unfinished));
            new DatabaseLife(RandomNumberGenerator.GetHexString(32, lowercase: true), manifest.TakenAt, now).Write(folder);
            foreach (var name in BackupFile.Known.Where(name => File.Exists(folder.File(name + Unfinished))))
            {
                File.Move(folder.File(name + Unfinished), folder.File(name));
            }
        }
        catch
        {
            foreach (var name in BackupFile.Known)
            {
                File.Delete(folder.File(name + Unfinished));
                File.Delete(folder.File(name));
            }

            File.Delete(folder.File(DatabaseLife.FileName));
            throw;
        }
    }

    // A browser that signed out after the backup must not be signed in again by it.
    private static void SignBrowsersOut(string nodeFile)
    {
        using var accounts = new Storage.Accounts.AccountStore(nodeFile);
        accounts.SignBrowsersOut();
    }
}
