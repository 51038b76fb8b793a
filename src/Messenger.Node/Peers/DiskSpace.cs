namespace Messenger.Node.Peers;

/// <summary>Whether there is room to store what others send.</summary>
internal interface IDiskSpace
{
    /// <summary>False while too little is free; true again by itself.</summary>
    bool HasRoom { get; }
}

/// <summary>Watches the volume of the data folder (design page "security", Peer listener); looks every few seconds at most.</summary>
/// <param name="folder">The data folder.</param>
/// <param name="minFree">Free bytes to keep; null for the larger of 256 MiB and 5 % of the volume.</param>
/// <param name="time">The clock.</param>
internal sealed class DiskSpace(string folder, long? minFree, TimeProvider time) : IDiskSpace
{
    private const long LeastFree = 256L << 20;
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private long? _lookedAt;
    private bool _hasRoom;

    public bool HasRoom
    {
        get
        {
            lock (_gate)
            {
                if (_lookedAt is not { } then || time.GetElapsedTime(then) >= LookAgainAfter)
                {
                    var drive = new DriveInfo(folder);
                    _hasRoom = drive.AvailableFreeSpace >= (minFree ?? Math.Max(LeastFree, drive.TotalSize / 20));
                    _lookedAt = time.GetTimestamp();
                }

                return _hasRoom;
            }
        }
    }
}
