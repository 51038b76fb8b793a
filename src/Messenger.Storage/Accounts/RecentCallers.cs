namespace Messenger.Storage.Accounts;

/// <summary>
/// Who called just now: asking the database about every call of a busy client would cost more than most calls. Our own changes are
/// seen at once, those of another process after <see cref="KeptFor"/>.
/// </summary>
internal sealed class RecentCallers
{
    private const int Capacity = 256;
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (object Found, DateTimeOffset At)> _found = [];

    /// <summary>Changes with every <see cref="Forget"/>: what was read before one must not be added after it.</summary>
    public long Life { get; private set; }

    public T? Find<T>(byte[] hash, DateTimeOffset now)
        where T : class
    {
        lock (_gate)
        {
            return _found.TryGetValue(Convert.ToHexString(hash), out var recent) && now >= recent.At && now - recent.At < KeptFor ? recent.Found as T : null;
        }
    }

    public void Add(byte[] hash, object found, DateTimeOffset now, long life)
    {
        lock (_gate)
        {
            if (life != Life)
            {
                return;
            }

            if (_found.Count >= Capacity)
            {
                _found.Clear();
            }

            _found[Convert.ToHexString(hash)] = (found, now);
        }
    }

    public void Forget()
    {
        lock (_gate)
        {
            Life++;
            _found.Clear();
        }
    }
}
