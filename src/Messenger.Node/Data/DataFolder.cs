using System.Globalization;
using System.Runtime.InteropServices;

namespace Messenger.Node.Data;

/// <summary>Why the node cannot start, in one line for the user; the process ends with exit code 1.</summary>
internal class CannotStartException(string message) : Exception(message);

/// <summary>Another node has the data folder.</summary>
internal sealed class DataFolderInUseException(string message) : CannotStartException(message);

/// <summary>
/// The owner-only folder of one running node. Holding it keeps a second node out until it is disposed of or the process ends, however it ends.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;
    private const string LockName = "lock";

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream heldLock)
    {
        Path = path;
        _lock = heldLock;
    }

    /// <summary>The folder as an absolute path.</summary>
    public string Path { get; }

    /// <summary>The path of a file in the folder.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Opens the folder for this process alone; makes it, with mode 0700, when it is not there.</summary>
    /// <exception cref="CannotStartException">Another node has it, others could read it, or it cannot be written.</exception>
    public static DataFolder Open(string path)
    {
        try
        {
            Prepare(path);
            return new(path, TakeLock(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CannotStartException($"The data folder {path} cannot be used: {error.Message}");
        }
    }

    /// <summary>Everything that this process makes from now on is for its owner alone, also what the databases make.</summary>
    public static void KeepFromOthers()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetMask((uint)Others);
        }
    }

    /// <summary>Opens a file that only the owner may read, for a new content that replaces the old one at once.</summary>
    public static void WriteOwnerOnly(string file, ReadOnlySpan<byte> content)
    {
        var draft = file + ".new";
        using (var stream = CreateOwnerOnly(draft))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        System.IO.File.Move(draft, file, overwrite: true);
    }

    /// <summary>Makes a file that only the owner may read, in place of an old one.</summary>
    public static FileStream CreateOwnerOnly(string file)
    {
        System.IO.File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(file, options);
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    /// <summary>Makes the folder with mode 0700, or closes an existing one of ours to others, without taking it.</summary>
    /// <exception cref="CannotStartException">It holds foreign files and others can enter it.</exception>
    public static void Prepare(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }

        var mode = System.IO.File.GetUnixFileMode(path);
        if ((mode & Others) == 0)
        {
            return;
        }

        // A fresh folder (a mounted volume, say) is simply closed to others. One with foreign files may be shared on purpose, such as /tmp.
        if (Directory.EnumerateFileSystemEntries(path).Any() && !System.IO.File.Exists(System.IO.Path.Combine(path, LockName)))
        {
            throw new CannotStartException($"The data folder {path} holds other files and other users can enter it; choose an empty folder, or run: chmod 700 {path}");
        }

        System.IO.File.SetUnixFileMode(path, mode & ~Others);
    }

    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint SetMask(uint mask);

    private static FileStream TakeLock(string path)
    {
        // The number stands in a file of its own: the locked one cannot be read by others.
        var pidFile = System.IO.Path.Combine(path, "node.pid");
        FileStream held;
        try
        {
            held = new FileStream(System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (System.IO.File.Exists(pidFile))
        {
            throw new DataFolderInUseException($"The data folder {path} is in use by another node, process {System.IO.File.ReadAllText(pidFile).Trim()}");
        }

        try
        {
            WriteOwnerOnly(pidFile, System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }
}
